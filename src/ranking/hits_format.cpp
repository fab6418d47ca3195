#include "specbridge/hits_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

struct NamedFormat {
  HitsFormat format;
  std::string_view name, ending;  // the ending in upper case
};
constexpr std::array<NamedFormat, 4> kFormats = {{
    {HitsFormat::tsv, "tsv", ".TSV"},
    {HitsFormat::csv, "csv", ".CSV"},
    {HitsFormat::jsonl, "jsonl", ".JSONL"},
    {HitsFormat::mztab_m, "mztab-m", ".MZTAB"},
}};

}  // namespace

std::string to_string(HitsFormat format) {
  return std::string(std::ranges::find(kFormats, format, &NamedFormat::format)->name);
}

HitsFormat parse_hits_format(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &NamedFormat::name);
  if (found != kFormats.end()) return found->format;
  throw UsageError(fmt::format("--format: found \"{}\", expected tsv, csv, jsonl or mztab-m",
                               one_line(name, 60)));
}

std::optional<HitsFormat> format_by_ending(const std::filesystem::path& name) {
  const std::string ending = to_upper(name.extension().string());
  const auto found = std::ranges::find(kFormats, std::string_view(ending), &NamedFormat::ending);
  if (found == kFormats.end()) return {};
  return found->format;
}

}  // namespace specbridge
