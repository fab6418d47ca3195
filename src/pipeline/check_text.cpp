#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "pipeline/check.h"

namespace specbridge {
namespace {

constexpr int kCheckVersion = 1;
constexpr std::size_t kAdductsShown = 8;

Json to_json(const CheckFinding& finding) {
  return {{"reason", finding.reason},
          {"skipped", finding.skipped},
          {"count", finding.count},
          {"examples", finding.examples},
          {"remedy", finding.remedy}};
}

Json to_json(const CheckedFile& file) {
  Json levels = Json::object();
  for (const auto& [level, count] : file.levels) levels[std::to_string(level)] = count;
  Json json = {
      {"path", file.path},
      {"format", file.format},
      {"spectra", file.spectra},
      {"usable", file.usable},
      {"electron_ionisation", file.electron},
      {"with_structure", file.with_structure},
      {"levels", levels},
      {"polarities", file.polarities},
      {"adducts", file.adducts},
      {"peaks", {{"all", file.peaks}, {"fewest", file.fewest_peaks}, {"most", file.most_peaks}}},
      {"findings", Json::array()}};
  if (!file.error.empty()) json["error"] = file.error;
  if (file.lowest_precursor) {
    json["precursor_mz"] = {{"lowest", *file.lowest_precursor},
                            {"highest", *file.highest_precursor}};
  }
  for (const auto& finding : file.findings) json["findings"].push_back(to_json(finding));
  return json;
}

std::string line(std::string_view label, std::string_view value) {
  return fmt::format("  {:<16}{}\n", label, value);
}

/// "[M+H]+ 20, [M-H]- 3", the most frequent first.
std::string counts_of(const std::map<std::string, std::size_t>& counts, std::size_t shown) {
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater(),
                           &std::pair<std::string, std::size_t>::second);
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, sorted.size()); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", sorted[i].first,
                        with_thousands(sorted[i].second));
  }
  if (sorted.size() > shown) text += fmt::format(" and {} more", sorted.size() - shown);
  return text;
}

std::string levels_of(const CheckedFile& file) {
  std::string text;
  for (const auto& [level, count] : file.levels) {
    text += fmt::format("{}MS{} {}", text.empty() ? "" : ", ", level, with_thousands(count));
  }
  return text;
}

std::string facts_of(const CheckedFile& file) {
  std::string text =
      line("spectra", fmt::format("{} ({})", with_thousands(file.spectra), levels_of(file)));
  if (file.polarities.empty()) return text;  // MS1 scans only
  std::string usable =
      fmt::format("{} by mass window", with_thousands(file.usable - file.electron));
  if (file.electron > 0) {
    usable += fmt::format(", {} by library spectra", with_thousands(file.electron));
  }
  text += line("searchable", usable);
  text += line("with structure", with_thousands(file.with_structure));
  text += line("polarity", counts_of(file.polarities, 3));
  text += line("adducts", counts_of(file.adducts, kAdductsShown));
  if (file.lowest_precursor) {
    text += line("precursor m/z",
                 fmt::format("{:.4f} to {:.4f}", *file.lowest_precursor, *file.highest_precursor));
  }
  if (file.peaks > 0) {
    text += line("peaks", fmt::format("{} to {} a spectrum, {} in all", file.fewest_peaks,
                                      file.most_peaks, with_thousands(file.peaks)));
  }
  return text;
}

std::string text_of(const CheckFinding& finding) {
  std::string text = fmt::format("  {:<15} {}{}\n", finding.reason, with_thousands(finding.count),
                                 finding.skipped ? " left without hits" : "");
  for (const auto& example : finding.examples) text += fmt::format("    {}\n", example);
  return text + fmt::format("    -> {}\n", finding.remedy);
}

}  // namespace

std::string to_json(const CheckReport& report) {
  Json json = {
      {"schema_version", kCheckVersion}, {"usable", report.usable()}, {"files", Json::array()}};
  for (const auto& file : report.files) json["files"].push_back(to_json(file));
  return pretty(json);
}

std::string to_table(const CheckReport& report) {
  std::string text;
  for (const auto& file : report.files) {
    text += fmt::format("{}: {}\n", one_line(file.path),
                        file.format.empty() ? "not read" : file.format);
    if (file.spectra > 0) text += facts_of(file);
    for (const auto& finding : file.findings) text += text_of(finding);
    if (!file.error.empty()) text += line("error", one_line(file.error));
  }
  return text;
}

}  // namespace specbridge
