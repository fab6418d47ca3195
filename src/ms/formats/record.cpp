#include "ms/formats/record.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/text.h"
#include "ms/centroid.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

void RecordBuilder::begin(Spectrum& spectrum, std::size_t line) {
  constexpr std::size_t kPeaksKept = 4096;  // one giant does not hold its memory for ever
  auto peaks = std::move(spectrum.peaks);
  if (peaks.capacity() > kPeaksKept) peaks = {};
  peaks.clear();
  spectrum = {};
  spectrum.peaks = std::move(peaks);
  spectrum.origin = {file_, line};
  spectrum_ = &spectrum;
  fields_.clear();
  field_bytes_ = 0;
  ++count_;
}

void RecordBuilder::add(Field field) {
  constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
  field_bytes_ += field.key.size() + field.value.size();
  if (fields_.size() >= kMaxFields || field_bytes_ > kMaxBytes) {
    problem(field.line, fmt::format("the record has more than {} fields or {} MiB of them",
                                    kMaxFields, kMaxBytes >> 20));
    return;
  }
  fields_.push_back(std::move(field));
}

void RecordBuilder::add(const Peak& peak, std::size_t line) {
  if (spectrum_->peaks.size() >= kMaxPeaks) {
    problem(line, fmt::format("the record has more than {} peaks", with_thousands(kMaxPeaks)));
    return;
  }
  if (!std::isfinite(peak.mz) || !std::isfinite(peak.intensity)) {
    spectrum_->note(Oddity::not_finite);
  }
  spectrum_->peaks.push_back(peak);
}

void RecordBuilder::add_peak_line(std::string_view text, std::size_t line) {
  if (const auto peak = quick_peak(text)) {
    add(*peak, line);
  } else if (const auto careful = parse_peak(text)) {
    add(careful->peak, line);
    if (careful->decimal_comma) spectrum_->note(Oddity::decimal_comma);
  } else {
    problem(line,
            fmt::format("\"{}\" is no peak; expected \"<m/z> <intensity>\"", one_line(text, 80)));
  }
}

void RecordBuilder::problem(std::size_t line, std::string_view message) {
  if (!spectrum_->problem.empty()) return;
  spectrum_->problem = fmt::format("{}: {}", to_string({file_, line}), message);
}

void RecordBuilder::expect_peaks(std::string_view announced, std::string_view key,
                                 std::size_t line) {
  const auto wanted = parse_integer(announced);
  if (!wanted || *wanted < 0) {
    problem(line, fmt::format("{} is not a number: \"{}\"", key, one_line(announced, 80)));
  } else if (peaks() < static_cast<std::size_t>(*wanted)) {
    problem(line, fmt::format("{} says {}, but {} peaks follow", key, *wanted, peaks()));
  } else if (peaks() > static_cast<std::size_t>(*wanted)) {
    spectrum_->note(Oddity::more_peaks_than_said);
  }
}

void RecordBuilder::finish(std::initializer_list<std::string_view> id_keys) {
  spectrum_->id = text_of(fields_, id_keys);
  spectrum_->feature_id = text_of(fields_, {"FEATUREID"});
  spectrum_->scan = text_of(fields_, {"SCANS"});
  if (spectrum_->id.empty()) spectrum_->id = fmt::format("{}:{}", label_, count_);
  if (const auto found = fill_from_fields(fields_, *spectrum_, silence_)) {
    problem(found->line, found->message);
  }
  settle_peaks();
}

void RecordBuilder::settle_peaks() {
  if (spectrum_->has(Oddity::profile)) {
    spectrum_->peaks = centroided(std::move(spectrum_->peaks));
  }
}

}  // namespace specbridge
