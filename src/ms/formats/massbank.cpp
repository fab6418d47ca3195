#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "ms/formats/readers.h"
#include "ms/formats/record.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

/// What is read of a chromatogram.
bool is_of_retention(std::string_view subtag) {
  return subtag == "RETENTION_TIME" || subtag == "RETENTION_INDEX" || subtag == "KOVATS_RTI";
}

/// Reads MassBank records: "TAG: value" or "TAG: SUBTAG value", peaks indented below PK$PEAK, "//"
/// at the end (MassBank record format 2.6).
class MassBankReader final : public SpectrumReader {
 public:
  MassBankReader(ByteReader bytes, std::string label)
      : lines_(spectra_lines(std::move(bytes))), record_(lines_.name(), std::move(label)) {}

  SpectrumFormat format() const noexcept override { return SpectrumFormat::massbank; }

  bool next(Spectrum& spectrum) override {
    if (!held_ && !find_start()) return false;
    record_.begin(spectrum, lines_.line());
    announced_.reset();
    in_peaks_ = false;
    named_ = false;
    take_line(*std::exchange(held_, std::nullopt));
    bool ended = false;
    while (!ended && !held_) {
      const auto line = lines_.next();
      if (!line) {
        record_.problem(lines_.line(),
                        fmt::format("the file ends within the record begun in line {}; expected //",
                                    record_.first_line()));
        break;
      }
      ended = trim(*line) == "//";
      if (!ended) take_line(*line);
    }
    if (announced_) record_.expect_peaks(announced_->value, "PK$NUM_PEAK", announced_->line);
    record_.finish({"ACCESSION"});
    return true;
  }

 private:
  bool find_start() {
    while (const auto line = lines_.next()) {
      const auto text = trim(*line);
      if (text.empty() || text.front() == '#' || text == "//") continue;
      held_ = std::string(*line);
      return true;
    }
    return false;
  }

  void take_line(std::string_view line) {
    if (lines_.cut()) {
      record_.problem(lines_.line(), kLongLineProblem);
      return;
    }
    const bool indented = line.starts_with(' ') || line.starts_with('\t');
    if (indented) {
      if (in_peaks_ && !trim(line).empty()) record_.add_peak_line(trim(line), lines_.line());
      return;
    }
    in_peaks_ = false;
    auto field = parse_field(line, ':', lines_.line());
    if (!field) return;
    if (field->key == "ACCESSION" && !record_.fields().empty()) {
      record_.problem(lines_.line(),
                      fmt::format("ACCESSION within the record begun in line {}; expected //",
                                  record_.first_line()));
      held_ = std::string(line);
    } else {
      take_field(std::move(*field));
    }
  }

  void take_field(Field field) {
    if (field.key == "PK$PEAK") {
      in_peaks_ = true;
    } else if (field.key == "PK$NUMPEAK") {
      if (!is_null_word(field.value)) announced_ = std::move(field);
    } else if (field.key == "CH$SMILES" || field.key == "CH$FORMULA" ||
               field.key == "CH$EXACTMASS" || field.key == "AC$INSTRUMENT" ||
               field.key == "AC$INSTRUMENTTYPE") {
      field.key.erase(0, 3);
      record_.add(std::move(field));
    } else if (field.key == "AC$MASSSPECTROMETRY" || field.key == "MS$FOCUSEDION" ||
               field.key == "CH$LINK" || field.key == "AC$CHROMATOGRAPHY") {
      const auto blank = field.value.find(' ');
      if (blank == std::string::npos) return;
      const std::string subtag = field.value.substr(0, blank);
      if (field.key == "AC$CHROMATOGRAPHY" && !is_of_retention(subtag)) return;
      record_.add({normalised_key(subtag), std::string(trim(field.value.substr(blank + 1))),
                   field.line, fmt::format("{}{} ", field.written, subtag)});
    } else if (field.key == "CH$IUPAC") {  // the InChI
      field.key = "INCHI";
      record_.add(std::move(field));
    } else if (field.key == "CH$NAME") {  // several: the first is the usual one
      if (std::exchange(named_, true)) return;
      field.key = "COMPOUNDNAME";
      record_.add(std::move(field));
    } else if (field.key == "ACCESSION" || field.key == "LICENSE") {
      record_.add(std::move(field));
    }
  }

  LineReader lines_;
  RecordBuilder record_;
  std::optional<std::string> held_;  // the first line of the next record
  std::optional<Field> announced_;   // PK$NUM_PEAK
  bool in_peaks_ = false;
  bool named_ = false;  // the record has told what its compound is called
};

}  // namespace

std::unique_ptr<SpectrumReader> massbank_reader(ByteReader bytes, std::string label) {
  return std::make_unique<MassBankReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
