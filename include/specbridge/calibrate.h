#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/calibration.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/searcher.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// What `specbridge calibrate` is asked for.
struct CalibrateConfig {
  std::filesystem::path model, out;
  std::vector<std::filesystem::path> spectra;  ///< with structures that training did not see
  std::optional<SpectrumFormat> format;        ///< of the spectra; absent: told by content
  std::optional<std::filesystem::path> library, candidates;  ///< one of them
  Tolerance tolerance = {};                                  ///< of the mass window in a library
  /// Library spectra, as further evidence; those that are the spectra themselves are left out.
  std::optional<ReferenceSources> references = {};
  std::optional<GenerationSources> generation = {};  ///< the decoder, as further evidence
  double absent = 0.5;  ///< share of queries whose truth the probability takes to be absent, [0, 1)
  /// Isomers that the probability has made of each first answer, to compare its fragment score
  /// with theirs; 0: none, else [5, 1000].
  std::size_t made_isomers = 0;
  std::size_t batch = 256;
  Existing existing = Existing::refuse;
};

struct CalibrateReport {
  Calibration calibration;
  std::map<std::string, std::size_t> left_out;  ///< spectra, by reason
};

/// The report as JSON text.
std::string to_json(const CalibrateReport& report);

/// Fits the weights of a model's kinds of evidence, and the probability that a first answer is
/// right, to spectra whose structures are known, and writes a copy of the model that has them.
/// @throws UsageError when the model has one kind of evidence only, InputError when a spectrum is
/// of a molecule that the model was trained on, or no spectrum is of use, ArtifactError,
/// OutputError, ResourceError
CalibrateReport run_calibrate(const CalibrateConfig& config, const RunContext& context);

}  // namespace specbridge
