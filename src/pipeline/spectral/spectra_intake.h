#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "bridge/bridge.h"
#include "library/build/spectra/distinct_molecules.h"
#include "library/build/spectra/sorted_spectra.h"
#include "ms/similarity/similarity_rule.h"
#include "search/query_stream.h"
#include "specbridge/context.h"
#include "specbridge/index_spectra.h"
#include "store/staging.h"

namespace specbridge {

/// Takes records into a spectral library, or lists why not.
class SpectraIntake {
 public:
  /// The rule of a library whose first record of use is of a kind.
  using RuleOfKind = std::function<SimilarityRule(SpectrumKind)>;
  /// @param folder a staging directory: rejects.tsv is written there
  /// @param model nullptr: spectra get no vectors
  SpectraIntake(const std::filesystem::path& folder, RuleOfKind rule_of_kind, const Bridge* model,
                std::size_t in_flight);

  /// Counts, cleans and keeps the records of a chunk, whose structures were read.
  void add(const std::vector<Query>& queries, SpectralIndexReport& report);
  /// Ends adding: spectra are then in order.
  void finish(SpectralIndexReport& report);

  /// By which spectra are cleaned; there is one once a record was of use.
  const SimilarityRule& rule() const noexcept { return *rule_; }
  const SortedSpectra& spectra() const noexcept { return spectra_; }
  const DistinctMolecules& molecules() const noexcept { return molecules_; }

 private:
  std::optional<Refusal> keep(const Query& query, std::span<const float> vector,
                              SpectralIndexReport& report);

  const SimilarityRule& rule_for(SpectrumKind kind);

  RuleOfKind rule_of_kind_;
  std::optional<SimilarityRule> rule_;
  const Bridge* model_;
  std::size_t in_flight_;
  StagedFile rejects_;
  SortedSpectra spectra_;
  DistinctMolecules molecules_;
};

}  // namespace specbridge
