#include "specbridge/searcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/database_address.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "chem/formulas/formula.h"
#include "fragments/fragment_model_file.h"
#include "search/generation/open_decoder.h"
#include "search/library_candidates.h"
#include "search/matching_library.h"
#include "search/merging/rank_features.h"
#include "search/pool_candidates.h"
#include "search/references/open_references.h"
#include "search/references/reference_candidates.h"
#include "search/search_parts.h"
#include "specbridge/error.h"
#include "specbridge/molecule_text.h"

namespace specbridge {
namespace {

std::unique_ptr<SearchParts> parts_of(const ModelParts& opened,
                                      std::span<const EvidenceRow> evidence,
                                      const RunContext& context) {
  auto parts = std::make_unique<SearchParts>();
  parts->context = context;
  parts->model = opened.model;
  parts->library = opened.library;
  parts->encoder = opened.encoder;
  if (opened.model) {
    parts->rules.refusal = [model = opened.model](const Spectrum& spectrum) {
      return model->refusal(spectrum);
    };
  } else if (opened.evidence.references) {
    parts->rules.refusal = [references = opened.evidence.references](const Spectrum& spectrum) {
      return references->refusal(spectrum);
    };
  }
  parts->evidence_sources = opened.evidence;
  parts->evidence = make_evidence(evidence, opened.evidence);
  return parts;
}

void add_pools(SearchParts& parts, std::shared_ptr<const CandidatePools> pools) {
  parts.pools = std::move(pools);
  parts.pool_molecules = std::make_unique<const PoolMolecules>(*parts.pools);
  parts.pool_vectors =
      std::make_unique<const EncodedPools>(*parts.pools, *parts.encoder, parts.library.get());
  parts.source = pool_candidates(*parts.pools);
}

constexpr std::array<std::pair<RankBy, std::string_view>, 7> kRankings = {
    {{RankBy::cosine, "cosine"},
     {RankBy::fragments, "fragments"},
     {RankBy::library, "library"},
     {RankBy::analogues, "analogues"},
     {RankBy::generated, "generated"},
     {RankBy::likelihood, "likelihood"},
     {RankBy::fused, "fused"}}};

RankBy usual_ranking(const SearchSources& sources, const ModelParts& opened) {
  if (searches_spectra_alone(sources)) return RankBy::library;
  const auto calibration = opened.model ? opened.model->calibration() : std::nullopt;
  const bool asked = sources.generation && sources.generation->evidence == OtherEvidence::show;
  if (asked && !(calibration && weighs_decoder(*calibration))) {
    return RankBy::generated;
  }
  return calibration ? RankBy::fused : RankBy::cosine;
}

/// What is asked for, as far as the model has it.
RankBy ranking_of(const SearchSources& sources, const ModelParts& opened) {
  const bool calibrated = opened.model && opened.model->calibration().has_value();
  const RankBy usual = usual_ranking(sources, opened);
  const RankBy by = sources.rank_by.value_or(usual);
  const auto& references = opened.evidence.references;
  if (by == RankBy::library && !references) {
    throw UsageError("--rank-by library: expected --spectral-library with it");
  }
  if (by == RankBy::analogues &&
      (!references || references->propagation() == Analogues::leave_out)) {
    throw UsageError("--rank-by analogues: expected --spectral-library and --analogues with it");
  }
  if (by == RankBy::cosine && opened.evidence.vectors == CandidateVectors::missing) {
    throw UsageError(
        "--rank-by cosine: the molecules of the library of spectra have no vectors of this model; "
        "build it with specbridge index --spectra --model DIR, and search with that --model");
  }
  if (by == RankBy::fragments && opened.evidence.fragments == nullptr) {
    throw UsageError(
        fmt::format("--rank-by fragments: {} has no fragment score; train it with --decoys LIST",
                    sources.model.string()));
  }
  if ((by == RankBy::generated || by == RankBy::likelihood) && !opened.evidence.generator) {
    throw UsageError(
        fmt::format("--rank-by {}: expected --rerank generate with it", to_string(by)));
  }
  if (by == RankBy::fused && !calibrated) {
    throw UsageError(
        fmt::format("--rank-by fused: nobody has weighed the evidence of {}; do it with specbridge "
                    "calibrate",
                    sources.model.string()));
  }
  return by;
}

}  // namespace

RankBy parse_rank_by(std::string_view name) {
  for (const auto& [by, known] : kRankings) {
    if (known == name) return by;
  }
  throw UsageError(
      fmt::format("--rank-by: found \"{}\", expected cosine, fragments, library, "
                  "analogues, generated, likelihood or fused",
                  name));
}

std::string to_string(RankBy by) {
  return std::string(
      std::ranges::find(kRankings, by, &std::pair<RankBy, std::string_view>::first)->second);
}

GeneratedSimilarity parse_generated_similarity(std::string_view name) {
  for (const auto similarity : {GeneratedSimilarity::embedding, GeneratedSimilarity::tanimoto}) {
    if (to_string(similarity) == name) return similarity;
  }
  throw UsageError(fmt::format("--rerank-by: found \"{}\", expected embedding or tanimoto", name));
}

std::string_view to_string(GeneratedSimilarity similarity) {
  return similarity == GeneratedSimilarity::embedding ? "embedding" : "tanimoto";
}

void check_sources(const SearchSources& sources) {
  const auto& choice = sources.choice;
  if (choice.mode == CandidateMode::pools) {
    if (!sources.pools) throw UsageError("search: expected --candidates");
  } else if (!sources.library && !sources.references) {
    throw UsageError(
        "search: expected --library or --spectral-library (or --candidates, which needs none)");
  }
  if (sources.library && is_database_address(sources.library->native())) {
    parse_database_address(sources.library->native());
    if (choice.mode == CandidateMode::open) {
      throw UsageError(
          "search: --open looks through a whole library, for which one in PostgreSQL has no index; "
          "name the library directory that it was exported from, or search by mass or --formula");
    }
  }
  const bool windows =
      choice.mode == CandidateMode::mass_window || choice.mode == CandidateMode::formula;
  if (sources.generation && sources.generation->denovo > 0 && !windows) {
    throw UsageError(
        "search: --denovo writes molecules where a mass window or a formula has none in the "
        "library; leave it out with --candidates and --open");
  }
  if (searches_spectra_alone(sources) && choice.mode == CandidateMode::formula) {
    throw UsageError("search: --formula chooses molecules of a library; name one with --library");
  }
  if (sources.references && sources.references->decoys && !searches_spectra_alone(sources)) {
    throw UsageError(
        "search: --decoy-library is for searches of library spectra alone; leave out --library "
        "and --candidates");
  }
  if (!choice.formula.empty() && !hill_formula(choice.formula)) {
    throw UsageError(fmt::format("--formula: \"{}\" is no molecular formula", choice.formula));
  }
  if (!choice.adducts.empty() && choice.mode != CandidateMode::mass_window) {
    throw UsageError("search: --adducts is for mass windows; leave it out here");
  }
}

ModelParts open_model(const std::filesystem::path& model,
                      std::span<const std::filesystem::path> libraries, MoleculeFiles molecules,
                      const RunContext& context) {
  ModelParts parts;
  if (model.empty()) return parts;
  if (!libraries.empty() || molecules == MoleculeFiles::load) {
    demand_molecules(describe_model(model), model);
  }
  parts.model = std::make_shared<const Bridge>(Bridge::load(model, context, molecules));
  const auto warning = warning_about(parts.model->training_data(), model.string());
  if (!warning.empty()) context.warning(warning);
  if (!libraries.empty()) {
    parts.library = open_matching_library(libraries, *parts.model, model);
  }
  if (molecules == MoleculeFiles::load) {
    parts.encoder = load_molecule_encoder(model / kMoleculeEncoderFolder, context);
  }
  if (parts.model->has_fragments()) {
    parts.evidence.fragments =
        std::make_shared<const FragmentModel>(read_fragment_model(model / kFragmentsFile));
  }
  return parts;
}

namespace {

/// What a searcher over a library or over pools has in common. @param evidence as open_searcher()
std::unique_ptr<SearchParts> ranking_parts(const SearchSources& sources, const ModelParts& opened,
                                           std::span<const EvidenceRow> evidence,
                                           const RunContext& context) {
  const RankBy by = ranking_of(sources, opened);
  const auto calibration = opened.model ? opened.model->calibration() : std::nullopt;
  const auto table = evidence_ranked_by(by, sources.other_evidence, calibration);
  auto parts = parts_of(opened, evidence.empty() ? std::span(table) : evidence, context);
  parts->rules.adducts = sources.choice.adducts;
  parts->choice = sources.choice;
  parts->writer = opened.writer;
  parts->rank_by = by;
  if (by == RankBy::fused && calibration && !calibration->first_answer.empty()) {
    parts->first_answers = std::make_unique<FirstAnswerModel>(*calibration, parts->evidence,
                                                              opened.evidence.fragments);
  }
  parts->rescore = sources.rescore;
  return parts;
}

/// The molecules of a library and those that library spectra add, as one.
void join_molecules(SearchParts& parts, const SearchSources& sources, const RunContext& context) {
  const SpectralLibrary& spectra = parts.references()->library();
  parts.joined_molecules =
      std::make_shared<const JoinedMolecules>(*parts.library, spectra.molecules());
  parts.joined_vectors = std::make_shared<const JoinedVectors>(*parts.library, spectra);
  if (!parts.joined_vectors->knows_all()) {
    context.info(fmt::format(
        "{}: has no vectors of the model's molecule encoder, so molecules that it adds have no "
        "cosine; specbridge index --spectra --model DIR makes them",
        sources.references->library.string()));
  }
}

/// Candidates of a library, with those that library spectra add, or these alone.
void add_candidates(SearchParts& parts, const SearchSources& sources, const RunContext& context) {
  if (searches_spectra_alone(sources)) {
    const ReferenceSpectra& references = *parts.references();
    parts.no_vectors = std::make_unique<const NoVectors>(references.library().molecules().rows());
    parts.source = reference_candidates(references, context.threads);
    return;
  }
  parts.source = library_candidates(*parts.library, sources.choice, context.threads);
  if (parts.references() == nullptr) return;
  parts.source = with_references(std::move(parts.source), *parts.library, *parts.references(),
                                 context.threads);
}

/// Vectors that a query's can be compared with, where library spectra alone are searched.
CandidateVectors vectors_of_spectra(const SpectralLibrary& library, const Bridge* model) {
  const bool known =
      model != nullptr && library.molecule_vectors() != nullptr &&
      library.molecule_encoder_fingerprint() == model->molecule_encoder_fingerprint();
  return known ? CandidateVectors::known : CandidateVectors::missing;
}

}  // namespace

const MoleculeStore& SearchParts::molecules() const {
  if (pools) return *pool_molecules;
  if (joined_molecules) return *joined_molecules;
  return library ? static_cast<const MoleculeStore&>(*library)
                 : references()->library().molecules();
}

const std::map<std::string, std::size_t>& SearchParts::trained_adducts() const {
  static const std::map<std::string, std::size_t> kNothingKnown;
  return model ? model->trained_adducts() : kNothingKnown;
}

const RowStore& SearchParts::vectors() const {
  if (pools) return *pool_vectors;
  if (joined_vectors) return *joined_vectors;
  if (library) return library->vectors();
  const RowStore* of_spectra = references()->library().molecule_vectors();
  return evidence_sources.vectors == CandidateVectors::known ? *of_spectra : *no_vectors;
}

Searcher open_searcher(const SearchSources& sources, std::span<const EvidenceRow> evidence,
                       const RunContext& context) {
  check_sources(sources);
  const bool in_pools = sources.choice.mode == CandidateMode::pools;
  std::vector<std::filesystem::path> libraries = sources.further_libraries;
  if (sources.library) libraries.insert(libraries.begin(), *sources.library);
  auto opened = open_model(sources.model, libraries,
                           in_pools ? MoleculeFiles::load : MoleculeFiles::check, context);
  if (sources.references) {
    opened.evidence.references = open_references(sources, opened.model.get());
    if (searches_spectra_alone(sources)) {
      opened.evidence.vectors =
          vectors_of_spectra(opened.evidence.references->library(), opened.model.get());
    }
  }
  open_decoder(sources, opened, context);
  auto parts = ranking_parts(sources, opened, evidence, context);
  check_denovo_below(sources, *parts);
  if (sources.references) parts->decoys = open_decoys(sources, *opened.evidence.references);
  if (parts->decoys && parts->rank_by != RankBy::library) {
    throw UsageError("search: --decoy-library is for --rank-by library: decoys have similarities");
  }
  if (in_pools) {
    add_pools(*parts, std::make_shared<const CandidatePools>(
                          CandidatePools::load(*sources.pools, context)));
    return Searcher(std::move(parts));
  }
  if (parts->library && parts->references() != nullptr) join_molecules(*parts, sources, context);
  add_candidates(*parts, sources, context);
  return Searcher(std::move(parts));
}

Searcher with_choice(const Searcher& searcher, const SearchSources& sources,
                     const RunContext& context) {
  check_sources(sources);
  const SearchParts& from = searcher.parts();
  if (sources.choice.mode == CandidateMode::pools || from.pools) {
    throw UsageError("search: expected candidates of a library");
  }
  EvidenceSources evidence = from.evidence_sources;
  if (evidence.references) {
    evidence.references =
        references_over(evidence.references->shared_library(), sources, from.model.get());
  }
  auto parts =
      ranking_parts(sources, {from.model, from.library, from.encoder, evidence}, {}, context);
  parts->joined_molecules = from.joined_molecules;
  parts->joined_vectors = from.joined_vectors;
  add_candidates(*parts, sources, context);
  return Searcher(std::move(parts));
}

Searcher open_over_pools(const SearchSources& sources, ModelParts opened,
                         std::shared_ptr<const CandidatePools> pools, const RunContext& context) {
  open_decoder(sources, opened, context);
  auto parts = ranking_parts(sources, opened, {}, context);
  add_pools(*parts, std::move(pools));
  return Searcher(std::move(parts));
}

Searcher with_pools(const SearchParts& parts, std::shared_ptr<const CandidatePools> pools) {
  SearchSources sources;
  sources.rank_by = parts.rank_by;
  sources.other_evidence = OtherEvidence::leave_out;
  sources.rescore = parts.rescore;
  auto other =
      ranking_parts(sources, {parts.model, parts.library, parts.encoder, parts.evidence_sources},
                    {}, parts.context);
  add_pools(*other, std::move(pools));
  return Searcher(std::move(other));
}

Searcher Searcher::open(const SearchSources& sources, const RunContext& context) {
  return open_searcher(sources, {}, context);
}

Searcher::Searcher(std::unique_ptr<const SearchParts> parts) : parts_(std::move(parts)) {}
Searcher::~Searcher() = default;
Searcher::Searcher(Searcher&&) noexcept = default;

Query Searcher::query(Spectrum spectrum, std::size_t index) const {
  std::vector<Query> one;
  one.push_back(make_query(std::move(spectrum), index, parts_->rules));
  if (parts_->pools) read_structures(one, parts_->structures, parts_->context);
  return std::move(one.front());
}

std::vector<RankedList> Searcher::rank(std::span<const Query> queries,
                                       const RankOptions& options) const {
  std::vector<std::vector<std::size_t>> alone;
  for (std::size_t i = 0; i < queries.size(); ++i) alone.push_back({i});
  return rank_features(*parts_, queries, alone, options);
}

MoleculeText Searcher::molecule(std::size_t row) const {
  return parts_->molecules().text(row);
}

MoleculeText Searcher::molecule(const RankedHit& hit) const {
  return hit.written ? *hit.written : molecule(hit.row);
}

std::vector<std::string> Searcher::further_columns() const {
  return parts_->molecules().further_columns();
}

std::vector<std::string> Searcher::evidence() const {
  std::vector<std::string> names;
  for (const auto& one : parts_->evidence) names.push_back(one.scorer->kind().name);
  return names;
}

}  // namespace specbridge
