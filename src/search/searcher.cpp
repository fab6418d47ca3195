#include "specbridge/searcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>

#include "bridge/model_files.h"
#include "chem/formula.h"
#include "fragments/fragment_model_file.h"
#include "ms/spectrum_notes.h"
#include "search/controls.h"
#include "search/evidence/explained.h"
#include "search/library_candidates.h"
#include "search/matching_library.h"
#include "search/pool_candidates.h"
#include "search/score_queries.h"
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
  parts->rules.refusal = [model = opened.model](const Spectrum& spectrum) {
    return model->refusal(spectrum);
  };
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

void add_note(RankedList& list, const std::string& note) {
  if (!note.empty()) list.message += (list.message.empty() ? "" : "; ") + note;
}

/// What is known of the queries that could be embedded, whatever their candidates.
/// @param peaks of those queries, in their order
void add_facts(std::span<const Query> queries, std::span<const std::size_t> peaks,
               std::vector<RankedList>& lists) {
  std::size_t embedded = 0;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].refusal) continue;
    lists[i].peaks_used = peaks[embedded++];
    add_note(lists[i], notes_of(queries[i].spectrum, queries[i].ion));
  }
}

/// The probability of the first answer, and of the second in its place.
std::optional<Certainty> certainty_of(const FirstAnswerModel& model, const RankedQuery& query) {
  const auto first = model.first_answer(query);
  if (!first || !first->probability) return {};
  Certainty certainty{*first->probability, {}};
  const auto second = model.first_answer(query, std::span(&first->leader.structure.structure, 1));
  if (second) certainty.second = second->probability;
  return certainty;
}

/// The answers to a query, with what they explain and how certain the first is.
RankedList answer(const SearchParts& parts, const Query& query, std::span<const FragmentPeak> peaks,
                  const CandidateSet& set, const QueryScores& scores, std::size_t k) {
  const auto structures = structures_of(set, scores.fused, parts.molecules());
  RankedList list = ranked_list(set, structures, scores, k);
  QueryExplanations explanations(query, peaks, parts.molecules());
  if (parts.first_answers) {
    list.certainty = certainty_of(*parts.first_answers, {structures, scores, explanations});
    add_note(list, parts.first_answers->why_unknown(structures.size()));
  }
  if (parts.evidence_sources.fragments == nullptr) return list;
  for (RankedHit& hit : list.hits) {
    const auto& explained = explanations.of(hit.row);
    if (const auto* share = std::get_if<ExplainedShare>(&explained)) {
      hit.explained = *share;
    } else {
      hit.unexplained = "no fragment evidence: " + std::get<std::string>(explained);
    }
  }
  return list;
}

constexpr std::array<std::pair<RankBy, std::string_view>, 3> kRankings = {
    {{RankBy::cosine, "cosine"}, {RankBy::fragments, "fragments"}, {RankBy::fused, "fused"}}};

/// What is asked for, as far as the model has it.
RankBy ranking_of(const SearchSources& sources, const ModelParts& opened) {
  const bool calibrated = opened.model->calibration().has_value();
  const RankBy by = sources.rank_by.value_or(calibrated ? RankBy::fused : RankBy::cosine);
  if (by == RankBy::fragments && opened.evidence.fragments == nullptr) {
    throw UsageError(
        fmt::format("--rank-by fragments: {} has no fragment score; train it with --decoys LIST",
                    sources.model.string()));
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
      fmt::format("--rank-by: found \"{}\", expected cosine, fragments or fused", name));
}

std::string to_string(RankBy by) {
  return std::string(
      std::ranges::find(kRankings, by, &std::pair<RankBy, std::string_view>::first)->second);
}

void check_sources(const SearchSources& sources) {
  const auto& choice = sources.choice;
  if (choice.mode == CandidateMode::pools) {
    if (!sources.pools) throw UsageError("search: expected --candidates");
  } else if (!sources.library) {
    throw UsageError("search: expected --library (or --candidates, which needs none)");
  }
  if (!choice.formula.empty() && !hill_formula(choice.formula)) {
    throw UsageError(fmt::format("--formula: \"{}\" is no molecular formula", choice.formula));
  }
  if (!choice.adducts.empty() && choice.mode != CandidateMode::mass_window) {
    throw UsageError("search: --adducts is for mass windows; leave it out here");
  }
}

ModelParts open_model(const std::filesystem::path& model,
                      const std::optional<std::filesystem::path>& library, MoleculeFiles molecules,
                      const RunContext& context) {
  ModelParts parts;
  parts.model = std::make_shared<const Bridge>(Bridge::load(model, context, molecules));
  const auto warning = warning_about(parts.model->training_data(), model.string());
  if (!warning.empty()) context.warning(warning);
  if (library) {
    parts.library =
        std::make_shared<const Library>(open_matching_library(*library, *parts.model, model));
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

Searcher open_searcher(const SearchSources& sources, std::span<const EvidenceRow> evidence,
                       const RunContext& context) {
  check_sources(sources);
  const bool in_pools = sources.choice.mode == CandidateMode::pools;
  const auto opened = open_model(sources.model, sources.library,
                                 in_pools ? MoleculeFiles::load : MoleculeFiles::check, context);
  const RankBy by = ranking_of(sources, opened);
  const auto& calibration = opened.model->calibration();
  const auto table = evidence_ranked_by(by, sources.other_evidence, calibration);
  auto parts = parts_of(opened, evidence.empty() ? std::span(table) : evidence, context);
  parts->rules.adducts = sources.choice.adducts;
  parts->rank_by = by;
  if (by == RankBy::fused && calibration && !calibration->first_answer.empty()) {
    parts->first_answers = std::make_unique<FirstAnswerModel>(*calibration, parts->evidence);
  }
  parts->rescore = sources.rescore;
  if (in_pools) {
    add_pools(*parts, std::make_shared<const CandidatePools>(
                          CandidatePools::load(*sources.pools, context)));
  } else {
    parts->source = library_candidates(*parts->library, sources.choice, context.threads);
  }
  return Searcher(std::move(parts));
}

Searcher open_over_pools(const ModelParts& opened, std::shared_ptr<const CandidatePools> pools,
                         const RunContext& context) {
  auto parts =
      parts_of(opened, evidence_ranked_by(RankBy::cosine, OtherEvidence::leave_out), context);
  add_pools(*parts, std::move(pools));
  return Searcher(std::move(parts));
}

Searcher with_pools(const SearchParts& parts, std::shared_ptr<const CandidatePools> pools) {
  auto other =
      parts_of({parts.model, parts.library, parts.encoder, parts.evidence_sources},
               evidence_ranked_by(RankBy::cosine, OtherEvidence::leave_out), parts.context);
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
  const SearchParts& parts = *parts_;
  std::vector<std::size_t> peaks;  // of the queries that are embedded, in their order
  const auto counted = [&](const PeakRows& rows) {
    peaks.push_back(rows.count() - 1);  // row 0 is the precursor
    return rows;
  };
  const ShownQueries shown{embed_queries(*parts.model, queries, counted, options.in_flight),
                           shown_peaks(queries)};
  const auto sets = parts.source->candidates({queries, shown.vectors.view()}, options.k);
  std::vector<RankedList> lists(queries.size());
  for (std::size_t i = 0; i < sets.size(); ++i) {
    lists[i] = {sets[i].status, sets[i].message, 0, {}, sets[i].assumed, {}};
  }
  score_queries({parts.vectors(), parts.molecules(), parts.evidence, parts.rescore}, queries, sets,
                std::span(&shown, 1), parts.context,
                [&](std::size_t, std::size_t i, const QueryScores& scores) {
                  lists[i] = answer(parts, queries[i], shown.peaks[i], sets[i], scores, options.k);
                });
  add_facts(queries, peaks, lists);
  return lists;
}

MoleculeText Searcher::molecule(std::size_t row) const {
  return parts_->molecules().text(row);
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
