#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "ms/formats/readers.h"
#include "ms/formats/record.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

/// The label of a line "##LABEL= value" as JCAMP-DX compares labels: upper case, without blanks,
/// '-', '/', '_' and the marks '.' and '$' in front.
std::string label_of(std::string_view written) {
  std::string label;
  for (const char c : to_upper(written)) {
    if (std::string_view(" -/_.$").find(c) == std::string_view::npos) label += c;
  }
  return label;
}

struct KnownLabel {
  std::string_view label, key;
};

// What a label is called elsewhere; others keep their names.
constexpr std::array<KnownLabel, 7> kLabels = {{{"TITLE", "NAME"},
                                                {"MOLFORM", "FORMULA"},
                                                {"IONIZATIONMODE", "IONIZATION"},
                                                {"SPECTROMETERDATASYSTEM", "INSTRUMENT"},
                                                {"RETENTIONINDEX", "RETENTIONINDEX"},
                                                {"KOVATSINDEX", "KOVATSINDEX"},
                                                {"MASSSPECTROMETER", "INSTRUMENT"}}};

bool is_peak_label(std::string_view label) {
  return label == "PEAKTABLE" || label == "XYPOINTS" || label == "XYDATA";
}

/// Reads JCAMP-DX 5 and 6: labelled lines, "$$" before a comment, peaks as pairs in a PEAK TABLE,
/// XYPOINTS or XYDATA of the form (XY..XY); a block of blocks holds spectra between its own lines.
class JcampReader final : public SpectrumReader {
 public:
  JcampReader(ByteReader bytes, std::string label)
      : lines_(spectra_lines(std::move(bytes))),
        record_(lines_.name(), std::move(label), Silence::is_electron) {}

  SpectrumFormat format() const noexcept override { return SpectrumFormat::jcamp; }

  bool next(Spectrum& spectrum) override {
    while (read_block(spectrum)) {
      if (!is_list_) return true;  // a block of blocks is no spectrum itself
    }
    return false;
  }

 private:
  /// Reads up to ##END=, or to the ##TITLE= of the next block; false at the end of the file.
  bool read_block(Spectrum& spectrum) {
    if (!held_ && !find_title()) return false;
    record_.begin(spectrum, held_line_);
    announced_.reset();
    is_list_ = in_peaks_ = has_peaks_ = false;
    take_label(*std::exchange(held_, std::nullopt), held_line_);
    bool ended = false;
    while (!ended && !held_) {
      const auto line = lines_.next();
      if (!line) break;
      ended = take_line(*line);
    }
    if (!is_list_) finish(ended || held_);
    return true;
  }

  void finish(bool whole) {
    if (!whole) record_.problem(lines_.line(), "the file ends within a block; expected ##END=");
    if (!has_peaks_) {
      record_.problem(record_.first_line(),
                      "the block has no peaks; expected ##PEAK TABLE= or ##XYPOINTS=(XY..XY)");
    }
    if (announced_) record_.expect_peaks(announced_->value, "##NPOINTS", announced_->line);
    record_.finish({"CASREGISTRYNO", "NAME"});
  }

  bool find_title() {
    while (const auto raw = lines_.next()) {
      const auto line = trim(*raw);
      if (!line.starts_with("##") || !is_title(line)) continue;
      held_ = std::string(line);
      held_line_ = lines_.line();
      return true;
    }
    return false;
  }

  static bool is_title(std::string_view line) {
    return label_of(line.substr(2, line.find('=') - 2)) == "TITLE" &&
           line.find('=') != std::string_view::npos;
  }

  /// Whether the block ends with this line.
  bool take_line(std::string_view raw) {
    if (lines_.cut()) {
      record_.problem(lines_.line(), kLongLineProblem);
      return false;
    }
    const auto line = trim(raw.substr(0, raw.find("$$")));
    if (!line.starts_with("##")) {
      if (in_peaks_ && !line.empty()) take_pairs(line);
      return false;
    }
    in_peaks_ = false;
    if (is_title(line)) {
      held_ = std::string(line);
      held_line_ = lines_.line();
      return false;
    }
    return take_label(line, lines_.line());
  }

  bool take_label(std::string_view line, std::size_t number) {
    auto field = parse_field(line.substr(2), '=', number);
    if (!field) {
      record_.problem(number, fmt::format("\"{}\" is no label; expected \"##LABEL= value\"",
                                          one_line(line, 80)));
      return false;
    }
    const std::string label = label_of(field->key);
    if (label == "END") return true;
    if (is_peak_label(label)) {
      begin_peaks(*field);
    } else if (label == "NPOINTS") {
      announced_ = std::move(*field);
    } else {
      take_property(label, std::move(*field));
    }
    return false;
  }

  void take_property(const std::string& label, Field field) {
    if (label == "DATATYPE") judge_type(field);
    const auto* known = std::ranges::find(kLabels, label, &KnownLabel::label);
    field.key = known != kLabels.end() ? std::string(known->key) : label;
    if (field.key == "FORMULA") std::erase(field.value, ' ');
    record_.add(std::move(field));
  }

  void judge_type(const Field& field) {
    const std::string type = label_of(field.value);
    is_list_ = type == "LINK";
    if (is_list_ || type.find("MASSSPECTRUM") != std::string::npos) return;
    record_.problem(field.line, fmt::format("the block is of {}; expected a mass spectrum",
                                            one_line(field.value, 60)));
  }

  void begin_peaks(const Field& field) {
    const std::string form = label_of(field.value.substr(0, field.value.find(')')));
    in_peaks_ = has_peaks_ = true;
    if (form.starts_with("(XY")) return;
    in_peaks_ = false;
    record_.problem(field.line, fmt::format("peaks of the form {} are not read; expected (XY..XY)",
                                            one_line(field.value, 40)));
  }

  /// "41,5 42,10", "41 5; 42 10": numbers two by two.
  void take_pairs(std::string_view line) {
    constexpr std::string_view kBetween = " \t,;";
    std::string_view rest = line;
    while (!rest.empty()) {
      const auto mz = take_token(rest, kBetween), intensity = take_token(rest, kBetween);
      if (mz.empty()) return;
      record_.add_peak_line(fmt::format("{} {}", mz, intensity), lines_.line());
    }
  }

  LineReader lines_;
  RecordBuilder record_;
  std::optional<std::string> held_;  // the title of the next block
  std::size_t held_line_ = 0;
  std::optional<Field> announced_;  // ##NPOINTS
  bool is_list_ = false, in_peaks_ = false, has_peaks_ = false;
};

}  // namespace

std::unique_ptr<SpectrumReader> jcamp_reader(ByteReader bytes, std::string label) {
  return std::make_unique<JcampReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
