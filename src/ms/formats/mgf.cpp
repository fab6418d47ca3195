#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/text.h"
#include "ms/copies/mgf_lines.h"
#include "ms/formats/readers.h"
#include "ms/formats/record.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

/// Reads records "BEGIN IONS ... END IONS". Peaks that stand outside of a record are the remains of
/// one and come out as a record with a problem.
class MgfReader final : public SpectrumReader {
 public:
  MgfReader(ByteReader bytes, std::string label)
      : lines_(spectra_lines(std::move(bytes))),
        header_(lines_.name(), label),
        record_(lines_.name(), std::move(label)) {
    header_.begin(header_spectrum_, 0);
  }

  SpectrumFormat format() const noexcept override { return SpectrumFormat::mgf; }

  bool next(Spectrum& spectrum) override {
    if (!begun_ && !find_begin(spectrum)) return !spectrum.problem.empty();
    read_record(spectrum);
    return true;
  }

 private:
  /// Goes to the next BEGIN IONS. False when there is none, or when the remains of a record come
  /// first: then the spectrum has a problem.
  bool find_begin(Spectrum& spectrum) {
    spectrum.problem.clear();
    std::size_t remains_line = 0;
    while (const auto raw = lines_.next()) {
      const auto line = trim(*raw);
      const auto kind = mgf_line(line);
      if (kind == MgfLine::begin) begin_record();
      if (kind == MgfLine::begin && remains_line == 0) return true;
      if (kind == MgfLine::peak || kind == MgfLine::end) {
        remains_line = remains_line == 0 ? lines_.line() : remains_line;
      }
      if (kind == MgfLine::field && record_.count() == 0 && !begun_) inherit(line);
      if (remains_line != 0 && (begun_ || (kind == MgfLine::end && record_.count() > 0))) {
        report_remains(spectrum, remains_line);
        return false;
      }
    }
    if (!any_begin_) throw no_records();
    if (remains_line != 0) report_remains(spectrum, remains_line);
    return false;
  }

  void begin_record() {
    begun_ = any_begin_ = true;
    begin_line_ = lines_.line();
  }

  void inherit(std::string_view line) {
    auto field = parse_field(line, '=', lines_.line());
    if (field && !names_a_record(field->key)) header_.add(std::move(*field));
  }

  InputError no_records() const {
    return InputError(
        {lines_.name(), 0},
        lines_.line() == 0
            ? "is empty; expected an MGF file with BEGIN IONS ... END IONS"
            : "no BEGIN IONS found; expected an MGF file with BEGIN IONS ... END IONS");
  }

  /// What stood before the first record belongs to the lost one and is not inherited.
  void report_remains(Spectrum& spectrum, std::size_t line) {
    header_.begin(header_spectrum_, 0);
    record_.begin(spectrum, line);
    record_.problem(line, "peaks or END IONS outside of a record; expected BEGIN IONS before them");
    record_.finish({});
  }

  void read_record(Spectrum& spectrum) {
    record_.begin(spectrum, begin_line_);
    record_.inherit(header_.fields());
    bool ended = false;
    begun_ = false;
    while (!ended && !begun_) {
      const auto raw = lines_.next();
      if (!raw) {
        record_.problem(
            lines_.line(),
            fmt::format("the file ends within the record begun in line {}; expected END IONS",
                        begin_line_));
        break;
      }
      ended = take_line(*raw);
    }
    record_.finish({"SPECTRUMID", "FEATUREID", "SCANS", "TITLE", "IDENTIFIER"});
  }

  /// True when the line ends the record.
  bool take_line(std::string_view raw) {
    if (lines_.cut()) {
      record_.problem(lines_.line(), kLongLineProblem);
      return false;
    }
    if (const auto peak = quick_peak(raw)) {
      record_.add(*peak, lines_.line());
      return false;
    }
    const auto line = trim(raw);
    switch (mgf_line(line)) {
      case MgfLine::blank:
        return false;
      case MgfLine::end:
        return true;
      case MgfLine::begin:
        record_.problem(
            lines_.line(),
            fmt::format("BEGIN IONS within the record begun in line {}; expected END IONS",
                        begin_line_));
        begin_record();
        return false;
      case MgfLine::field:
        record_.add(*parse_field(line, '=', lines_.line()));
        return false;
      case MgfLine::peak:
      case MgfLine::other:
        record_.add_peak_line(line, lines_.line());
        return false;
    }
    return false;
  }

  LineReader lines_;
  Spectrum header_spectrum_;
  RecordBuilder header_;  // the parameters before the first record
  RecordBuilder record_;
  std::size_t begin_line_ = 0;
  bool begun_ = false;  // the BEGIN IONS of the next record has been read
  bool any_begin_ = false;
};

}  // namespace

std::unique_ptr<SpectrumReader> mgf_reader(ByteReader bytes, std::string label) {
  return std::make_unique<MgfReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
