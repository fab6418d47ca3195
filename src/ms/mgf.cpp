#include <fmt/format.h>

#include <utility>
#include <vector>

#include "ms/mgf_fields.h"
#include "specbridge/base/text.h"
#include "specbridge/ms/spectrum_reader.h"
#include "specbridge/store/file.h"

namespace specbridge {
namespace {

enum class LineKind { blank, begin, end, peak, field, other };

LineKind kind_of(std::string_view line) {
  if (line.empty()) return LineKind::blank;
  if (starts_with_number(line)) return LineKind::peak;
  if (line.find_first_of("#;!/") == 0) return LineKind::blank;
  if (line.find('=') != std::string_view::npos) return LineKind::field;
  const std::string word = normalised_key(line.substr(0, 40));
  if (word == "BEGINIONS") return LineKind::begin;
  return word == "ENDIONS" ? LineKind::end : LineKind::other;
}

/// Keys that name one record; they are never inherited from the header of the file.
bool names_a_record(std::string_view key) {
  return key == "SPECTRUMID" || key == "FEATUREID" || key == "SCANS" || key == "TITLE";
}

/// Reads records "BEGIN IONS ... END IONS". Peaks that stand outside of a record are the remains of
/// one and come out as a record with a problem.
class MgfReader final : public SpectrumReader {
 public:
  MgfReader(LineReader lines, std::string label)
      : lines_(std::move(lines)), label_(std::move(label)) {}

  bool next(Spectrum& spectrum) override {
    if (!begun_ && !find_begin(spectrum)) return !spectrum.problem.empty();
    read_record(spectrum);
    return true;
  }

 private:
  /// Goes to the next BEGIN IONS. False when there is none, or when the remains of a record come
  /// first: then the spectrum has a problem.
  bool find_begin(Spectrum& spectrum) {
    spectrum = {};
    std::size_t remains_line = 0;
    while (const auto raw = lines_.next()) {
      const auto line = trim(*raw);
      const auto kind = kind_of(line);
      if (kind == LineKind::begin) begin_record();
      if (kind == LineKind::begin && remains_line == 0) return true;
      if (kind == LineKind::peak || kind == LineKind::end) {
        remains_line = remains_line == 0 ? lines_.line() : remains_line;
      }
      if (kind == LineKind::field && count_ == 0 && !begun_) inherit(line);
      if (remains_line != 0 && (begun_ || (kind == LineKind::end && count_ > 0))) {
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
    auto field = parse_field(line, lines_.line());
    if (field && !names_a_record(field->key)) header_.push_back(std::move(*field));
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
    header_.clear();
    ++count_;
    spectrum.id = fmt::format("{}:{}", label_, count_);
    spectrum.origin = {lines_.name(), line};
    set_problem(spectrum, line,
                "peaks or END IONS outside of a record; expected BEGIN IONS before them");
  }

  void read_record(Spectrum& spectrum) {
    start_spectrum(spectrum);
    fields_ = header_;
    bool ended = false;
    begun_ = false;
    while (!ended && !begun_) {
      const auto raw = lines_.next();
      if (!raw) {
        set_problem(
            spectrum, lines_.line(),
            fmt::format("the file ends within the record begun in line {}; expected END IONS",
                        spectrum.origin.line));
        break;
      }
      ended = take_line(trim(*raw), spectrum);
    }
    finish_spectrum(spectrum);
  }

  /// Empties the spectrum but keeps the memory of its peaks.
  void start_spectrum(Spectrum& spectrum) {
    auto peaks = std::move(spectrum.peaks);
    peaks.clear();
    spectrum = {};
    spectrum.peaks = std::move(peaks);
    spectrum.origin = {lines_.name(), begin_line_};
    ++count_;
  }

  /// True when the line ends the record.
  bool take_line(std::string_view line, Spectrum& spectrum) {
    switch (kind_of(line)) {
      case LineKind::blank:
        return false;
      case LineKind::end:
        return true;
      case LineKind::begin:
        set_problem(spectrum, lines_.line(),
                    fmt::format("BEGIN IONS within the record begun in line {}; expected END IONS",
                                spectrum.origin.line));
        begin_record();
        return false;
      case LineKind::field:
        fields_.push_back(*parse_field(line, lines_.line()));
        return false;
      case LineKind::peak:
      case LineKind::other:
        take_peak(line, spectrum);
        return false;
    }
    return false;
  }

  void take_peak(std::string_view line, Spectrum& spectrum) {
    if (const auto peak = parse_peak(line)) {
      spectrum.peaks.push_back(*peak);
    } else {
      set_problem(
          spectrum, lines_.line(),
          fmt::format("\"{}\" is no peak; expected \"<m/z> <intensity>\"", one_line(line, 80)));
    }
  }

  void finish_spectrum(Spectrum& spectrum) {
    if (const auto problem = fill_from_fields(fields_, spectrum)) {
      set_problem(spectrum, problem->line, problem->message);
    }
    if (spectrum.id.empty()) spectrum.id = fmt::format("{}:{}", label_, count_);
  }

  /// The first problem of a record is the one told.
  void set_problem(Spectrum& spectrum, std::size_t line, std::string_view message) const {
    if (!spectrum.problem.empty()) return;
    spectrum.problem = fmt::format("{}: {}", to_string({lines_.name(), line}), message);
  }

  LineReader lines_;
  std::string label_;
  std::vector<MgfField> header_, fields_;
  std::size_t count_ = 0, begin_line_ = 0;
  bool begun_ = false;  // the BEGIN IONS of the next record has been read
  bool any_begin_ = false;
};

}  // namespace

std::unique_ptr<SpectrumReader> open_spectra(const std::filesystem::path& path) {
  return std::make_unique<MgfReader>(LineReader(path), path.filename().string());
}

}  // namespace specbridge
