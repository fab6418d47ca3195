#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bridge/bridge.h"
#include "encode/molecule_encoder.h"
#include "library/molecule_library.h"
#include "pools/pools.h"
#include "search/candidate_source.h"
#include "search/certainty/first_answer.h"
#include "search/evidence/evidence.h"
#include "search/pool_store.h"
#include "search/query_stream.h"
#include "search/references/joined_stores.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// What a search is made of. Later members refer to earlier ones.
struct SearchParts {
  RunContext context;
  QueryRules rules;
  std::shared_ptr<const Bridge> model;             ///< nullptr: library spectra alone are compared
  std::shared_ptr<const MoleculeLibrary> library;  ///< nullptr: none
  std::shared_ptr<const MoleculeEncoder> encoder;  ///< nullptr without pools
  EvidenceSources evidence_sources;
  std::shared_ptr<const CandidatePools> pools;  ///< nullptr without pools
  std::unique_ptr<const PoolMolecules> pool_molecules;
  std::unique_ptr<const EncodedPools> pool_vectors;
  /// Where library spectra add candidates: nullptr with pools.
  std::shared_ptr<const JoinedMolecules> joined_molecules = {};
  std::shared_ptr<const JoinedVectors> joined_vectors = {};
  std::unique_ptr<const NoVectors> no_vectors = {};
  std::unique_ptr<const CandidateSource> source;
  std::vector<Evidence> evidence;
  RankBy rank_by = RankBy::cosine;
  std::shared_ptr<const ReferenceSpectra> decoys = {};  ///< nullptr: none are asked for
  /// nullptr where the ranking is not by the fused score of a model that gives probabilities.
  std::unique_ptr<const FirstAnswerModel> first_answers = {};
  CandidateChoice choice = {};
  /// Writes candidates for queries that have none; nullptr: nobody does.
  std::shared_ptr<const Generator> writer = {};
  std::size_t rescore = 0;                                     ///< see score_block()
  mutable StructureCache structures = make_structure_cache();  ///< of queries that are asked singly

  const MoleculeStore& molecules() const;
  const RowStore& vectors() const;
  /// Of the model's training; empty: not known.
  const std::map<std::string, std::size_t>& trained_adducts() const;
  /// Whether library spectra are all that is searched.
  bool spectra_alone() const noexcept { return no_vectors != nullptr; }
  /// nullptr: no decoder is asked.
  const Generator* decoder() const {
    return writer ? writer.get() : evidence_sources.generator.get();
  }
  const ReferenceSpectra* references() const { return evidence_sources.references.get(); }
};

// The following are defined in search/searcher.cpp.

/// Whether what is asked for can be searched; reads no file. @throws UsageError
void check_sources(const SearchSources& sources);

/// A searcher with a table of evidence of its own; an empty one: the built-in table by
/// SearchSources::rank_by.
Searcher open_searcher(const SearchSources& sources, std::span<const EvidenceRow> evidence,
                       const RunContext& context);

/// The model and libraries of a searcher with candidates chosen in another way from them, under a
/// context of its own. @throws UsageError for CandidateMode::pools
Searcher with_choice(const Searcher& searcher, const SearchSources& sources,
                     const RunContext& context);

/// The model, library and ranking of a searcher over other pools.
Searcher with_pools(const SearchParts& parts, std::shared_ptr<const CandidatePools> pools);

/// The model of a searcher by itself, before there are candidates.
struct ModelParts {
  std::shared_ptr<const Bridge> model;
  std::shared_ptr<const MoleculeLibrary> library;
  std::shared_ptr<const MoleculeEncoder> encoder;  ///< nullptr: not loaded
  EvidenceSources evidence = {};
  std::shared_ptr<const Generator> writer = {};  ///< of candidates; nullptr: none
};
/// Opens a model, and libraries that lie in its vector space; warns of a model that was trained on
/// simulated spectra. @param libraries that are searched as one; may be none @throws ArtifactError
ModelParts open_model(const std::filesystem::path& model,
                      std::span<const std::filesystem::path> libraries, MoleculeFiles molecules,
                      const RunContext& context);
/// A model with its molecule encoder over pools that were read already.
/// @param sources how candidates are ranked, and the decoder that is asked; the model is the one
/// that was opened @throws UsageError, ArtifactError, ResourceError
Searcher open_over_pools(const SearchSources& sources, ModelParts opened,
                         std::shared_ptr<const CandidatePools> pools, const RunContext& context);

}  // namespace specbridge
