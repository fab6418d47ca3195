// One reader under hostile bytes: it ends, with spectra that keep their promises or an InputError.
// Compiled once for each format; without SPECBRIDGE_FUZZ_FORMAT the format is told by content.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "fuzz/promise.h"
#include "ms/electron/peak_words.h"
#include "ms/preprocess.h"
#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {
namespace {

using fuzz::require;

std::optional<SpectrumFormat> format() {
#ifdef SPECBRIDGE_FUZZ_FORMAT
  return parse_spectrum_format(SPECBRIDGE_FUZZ_FORMAT);
#else
  return {};
#endif
}

void judge(const Spectrum& spectrum) {
  require(!spectrum.id.empty(), "every record has a name");
  require(spectrum.origin.file == "f", "every record knows its file");
  require(spectrum.peaks.size() <= kMaxPeaks, "a record has no more peaks than allowed");
  require(!spectrum.charge || (*spectrum.charge != 0 && std::abs(*spectrum.charge) <= 20),
          "a charge is in -20..20 and not 0");
  require(spectrum.problem.empty() || spectrum.problem.starts_with("f:"),
          "a problem begins with its place");
  const bool electron = spectrum.kind == SpectrumKind::electron;
  require(!electron || (!spectrum.precursor_mz && !spectrum.charge && spectrum.adduct.empty()),
          "a spectrum of electron ionisation has no precursor");
  require(!spectrum.retention_index || *spectrum.retention_index > 0, "an index is above 0");
  const std::string text = rendered(spectrum.peaks, {});
  const bool ends = text.ends_with(": ") || text.find(",max_peak@") != std::string::npos;
  require(ends, "words end with the highest mass");
  if (refusal(spectrum)) return;
  const PreprocessProfile profile;
  const auto input = preprocess(spectrum, profile);
  require(input.count() >= 2 && input.count() <= profile.max_peaks + 1, "1 to 60 rows are shown");
  for (const float value : input.rows) require(std::isfinite(value) && value >= 0, "rows finite");
}

}  // namespace
}  // namespace specbridge

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const auto reader = specbridge::read_spectra(bytes, "f", specbridge::format());
    for (specbridge::Spectrum spectrum; reader->next(spectrum);) specbridge::judge(spectrum);
  } catch (const specbridge::InputError&) {
    // a refusal is an answer
  }
  return 0;
}
