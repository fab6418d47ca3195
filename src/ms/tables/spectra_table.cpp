#include "ms/tables/spectra_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ms/formats/fields.h"
#include "ms/formats/readers.h"
#include "ms/formats/record.h"
#include "ms/tables/peak_cells.h"
#include "store/separated_rows.h"
#include "store/table_header.h"

namespace specbridge {
namespace {

constexpr std::string_view kMasses = "MZS", kHeights = "INTENSITIES";
/// Reads a table with a row for each spectrum, the peaks in two of its cells.
class SpectraTableReader final : public SpectrumReader {
 public:
  SpectraTableReader(ByteReader bytes, std::string label)
      : lines_(spectra_lines(std::move(bytes))), record_(lines_.name(), std::move(label)) {
    auto line = lines_.next();
    while (line && trim(*line).empty()) line = lines_.next();
    const auto header = line ? spectra_table_header(*line) : std::nullopt;
    if (!header) {
      throw InputError({lines_.name(), lines_.line()},
                       line ? "is no header of a table of spectra; expected a line with the "
                              "columns mzs and intensities"
                            : "is empty; expected a table with the columns mzs and intensities");
    }
    header_ = *header;
    for (const auto& name : header_.names) keys_.push_back(normalised_key(trim(name)));
  }

  SpectrumFormat format() const noexcept override { return SpectrumFormat::tsv; }

  bool next(Spectrum& spectrum) override {
    auto line = lines_.next();
    while (line && trim(*line).empty()) line = lines_.next();
    if (!line) return false;
    record_.begin(spectrum, lines_.line());
    if (lines_.cut()) {
      record_.problem(lines_.line(), kLongLineProblem);
    } else {
      read_row(split_cells(*line, header_.separator));
    }
    record_.finish({"SPECTRUMID", "FEATUREID", "SCANS", "TITLE", "IDENTIFIER"});
    return true;
  }

 private:
  void problem(std::string_view what) { record_.problem(lines_.line(), what); }

  void read_row(const SeparatedCells& cells) {
    if (cells.open) return problem("a quoted value does not end in its line");
    if (cells.values.size() != keys_.size()) {
      return problem(fmt::format("the row has {}, the header {}; expected as many",
                                 counted(cells.values.size(), "cell"),
                                 with_thousands(keys_.size())));
    }
    std::string_view masses, heights;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto value = trim(cells.values[i]);
      if (keys_[i] == kMasses) {
        masses = value;
      } else if (keys_[i] == kHeights) {
        heights = value;
      } else {
        record_.add({keys_[i], std::string(value), lines_.line(),
                     fmt::format("{}: ", trim(header_.names[i]))});
      }
    }
    add_peak_cells(masses, heights, lines_.line(), record_);
  }

  LineReader lines_;
  RecordBuilder record_;
  SpectraTableHeader header_;
  std::vector<std::string> keys_;
};

}  // namespace

std::optional<SpectraTableHeader> spectra_table_header(std::string_view line) {
  const char separator = separator_of(line);
  auto cells = split_cells(line, separator);
  const auto has = [&](std::string_view key) {
    return std::ranges::count_if(cells.values, [&](const std::string& name) {
             return normalised_key(trim(name)) == key;
           }) == 1;
  };
  if (cells.open || !has(kMasses) || !has(kHeights)) return {};
  return SpectraTableHeader{separator, std::move(cells.values)};
}

std::unique_ptr<SpectrumReader> spectra_table_reader(ByteReader bytes, std::string label) {
  return std::make_unique<SpectraTableReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
