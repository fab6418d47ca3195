#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridge/bridge.h"
#include "ms/similarity/similarity.h"
#include "pipeline/similarity/pair_scores.h"
#include "specbridge/context.h"
#include "specbridge/search_report.h"
#include "specbridge/spectrum.h"
#include "specbridge/status.h"

namespace specbridge {

/// A record, ready to be compared by every score.
struct ComparedSpectrum {
  std::string id, file;
  std::size_t index = 0;
  double precursor_mz = 0;  ///< Th; 0: not stated
  int polarity = 0;         ///< +1, -1; 0: not stated
  SpectrumKind kind = SpectrumKind::tandem;
  std::size_t peaks = 0;  ///< as read
  std::optional<Refusal> refusal = {};
  std::vector<PreparedSpectrum> prepared = {};  ///< [scores]; empty where it is refused
  std::vector<float> vector = {};               ///< of the score of vectors
};

/// The records of one side.
struct ComparedSpectra {
  std::vector<ComparedSpectrum> records;  ///< in the order of the files
  std::vector<std::size_t> by_precursor;  ///< those that can be compared, by precursor m/z
  std::vector<SpectraFileCount> files;
  std::size_t ms1_scans = 0;
  std::size_t damaged_files = 0;
};

/// Makes records ready.
class SpectrumComparer {
 public:
  /// Opens the model where a score needs it. @throws ArtifactError
  SpectrumComparer(const SimilarityConfig& config, std::vector<PairScore> scores,
                   const RunContext& context);
  /// @throws InputError, also when there is no record
  ComparedSpectra read(const std::filesystem::path& input) const;

  /// The similarity by one score; of vectors no peaks are matched.
  Similarity compare(std::size_t score, const ComparedSpectrum& query,
                     const ComparedSpectrum& reference) const;
  const std::vector<PairScore>& scores() const noexcept { return scores_; }
  const std::unique_ptr<Bridge>& model() const noexcept { return model_; }

 private:
  std::optional<Refusal> refusal(const Spectrum& spectrum) const;
  void prepare(const Spectrum& spectrum, ComparedSpectrum& record) const;

  const SimilarityConfig& config_;
  std::vector<PairScore> scores_;
  const RunContext& context_;
  std::unique_ptr<Bridge> model_;
};

}  // namespace specbridge
