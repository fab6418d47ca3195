#include "search/merging/rank_features.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/parallel.h"
#include "ms/spectrum_notes.h"
#include "search/controls.h"
#include "search/evidence/explained.h"
#include "search/generation/written_candidates.h"
#include "search/merging/feature_scores.h"
#include "search/references/joined_stores.h"
#include "search/references/reference_candidates.h"
#include "search/score_queries.h"
#include "search/shown_queries.h"

namespace specbridge {
namespace {

constexpr std::size_t kScoresInHand = std::size_t{1} << 25;  // of features that are scored together

void add_note(RankedList& list, const std::string& note) {
  if (!note.empty()) list.message += (list.message.empty() ? "" : "; ") + note;
}

/// The probability of the first answer, of the second in its place, and that the right one is
/// there.
std::optional<Certainty> certainty_of(const FirstAnswerModel& model, const RankedQuery& query) {
  const auto first = model.first_answer(query);
  if (!first || !first->probability) return {};
  Certainty certainty{*first->probability, {}, first->present};
  const auto second = model.first_answer(query, std::span(&first->leader.structure.structure, 1));
  if (second) certainty.second = second->probability;
  return certainty;
}

/// How alike the first answer and the second are to their library spectra.
std::optional<Certainty> similarities_of(std::span<const RankedStructure> structures) {
  const auto first = leader_of(structures);
  if (!first) return {};
  const double score = first->structure.score;
  if (first->others == 0) return Certainty{score, {}, {}};
  return Certainty{score, score - first->margin, {}};
}

/// The molecules of a search, and behind them written ones.
struct WrittenBehind {
  WrittenBehind(const SearchParts& parts, std::shared_ptr<const WrittenCandidates> candidates)
      : written(std::move(candidates)),
        molecules(parts.molecules(), written->molecules()),
        vectors(parts.vectors(), written->vectors()),
        first(parts.molecules().rows()) {}

  std::shared_ptr<const WrittenCandidates> written;
  JoinedMolecules molecules;
  JoinedVectors vectors;
  std::size_t first;  ///< row of these that was written
};

/// Features of some queries, with all that is known before candidates are scored.
struct FeaturesInHand {
  const SearchParts& parts;
  std::span<const Query> queries;
  std::span<const std::vector<std::size_t>> features;
  ShownQueries shown = {};
  std::vector<std::optional<std::size_t>> peaks_used = {};  ///< of the queries
  std::vector<CandidateSet> sets = {};                      ///< of the queries
  std::size_t k = 0;
  /// What a decoder has written, behind what is looked up; nothing: nobody has.
  std::optional<WrittenBehind> written = {};

  std::size_t last_of(std::size_t feature) const { return features[feature].back(); }
  const MoleculeStore& molecules() const {
    return written ? static_cast<const MoleculeStore&>(written->molecules) : parts.molecules();
  }
  const RowStore& vectors() const {
    return written ? static_cast<const RowStore&>(written->vectors) : parts.vectors();
  }
};

FeaturesInHand in_hand(const SearchParts& parts, std::span<const Query> queries,
                       std::span<const std::vector<std::size_t>> features,
                       const RankOptions& options) {
  FeaturesInHand hand{parts, queries, features};
  hand.shown = parts.model ? shown_as_they_are(*parts.model, queries, options.in_flight)
                           : ShownQueries{Matrix(queries.size(), 0), shown_peaks(queries)};
  if (parts.references() != nullptr) hand.shown.spectra = shown_spectra(queries);
  hand.sets = parts.source->candidates({queries, hand.shown.vectors.view()}, options.k);
  hand.peaks_used.resize(queries.size());
  for (std::size_t i = 0; i < hand.shown.inputs.size(); ++i) {
    const std::size_t rows = hand.shown.inputs[i].count();
    if (rows > 0) hand.peaks_used[i] = rows - 1;  // row 0 is the precursor
  }
  hand.k = options.k;
  return hand;
}

/// The library spectrum behind each answer that has one like a query.
void add_references(const FeaturesInHand& hand, std::size_t query, RankedList& list) {
  const ReferenceSpectra& references = *hand.parts.references();
  const ShownSpectrum shown = {hand.queries[query], hand.shown.spectra[query],
                               hand.shown.vectors.row(query)};
  const auto matches = references.matches(shown);
  for (RankedHit& hit : list.hits) {
    const auto* match = match_of(matches, hand.molecules().structure(hit.row));
    if (match != nullptr) hit.reference = references.describe(shown, match->best);
  }
}

/// What a decoder has written says so, and is kept as long as the answer is.
void mark_written(const WrittenBehind& behind, RankedList& list) {
  for (RankedHit& hit : list.hits) {
    if (hit.row < behind.first) continue;
    MoleculeText text = behind.written->molecules().text(hit.row - behind.first);
    text.keeper = behind.written;
    hit.written = std::make_shared<const MoleculeText>(std::move(text));
  }
}

/// What the fragments of each answer explain.
void add_explained(const FeaturesInHand& hand, QueryExplanations& explanations, RankedList& list) {
  for (RankedHit& hit : list.hits) {
    hand.parts.context.check_interrupt();
    const auto& explained = explanations.of(hit.row);
    if (const auto* share = std::get_if<ExplainedShare>(&explained)) {
      hit.explained = *share;
    } else {
      hit.unexplained = "no fragment evidence: " + std::get<std::string>(explained);
    }
  }
}

/// The answers to a feature, with what they explain and how certain the first is; among written
/// ones nobody knows that.
RankedList answer(const FeaturesInHand& hand, std::size_t feature, const QueryScores& scores) {
  const SearchParts& parts = hand.parts;
  const std::size_t last = hand.last_of(feature);
  const CandidateSet& set = hand.sets[last];
  const auto structures = structures_of(set, scores.fused, hand.molecules());
  RankedList list = ranked_list(set, structures, scores, hand.k);
  QueryExplanations explanations(hand.queries[last], hand.shown.peaks[last], hand.molecules());
  if (parts.first_answers && !hand.written) {
    QueryStandings standings(parts.first_answers->isomers(), hand.queries[last],
                             hand.shown.peaks[last], hand.molecules());
    list.certainty =
        certainty_of(*parts.first_answers, {structures, scores, explanations, standings});
    add_note(list, parts.first_answers->why_unknown(structures.size()));
  }
  if (parts.spectra_alone() && parts.rank_by == RankBy::library) {
    list.certainty = similarities_of(structures);
  }
  if (parts.references() != nullptr) add_references(hand, last, list);
  if (parts.evidence_sources.fragments != nullptr) add_explained(hand, explanations, list);
  if (hand.written) mark_written(*hand.written, list);
  return list;
}

void score(const FeaturesInHand& hand, std::span<const CandidateSet> asked,
           const std::function<void(std::size_t query, const QueryScores&)>& consume) {
  const SearchParts& parts = hand.parts;
  score_queries(
      {hand.vectors(), hand.molecules(), parts.evidence, parts.rescore}, hand.queries, asked,
      std::span(&hand.shown, 1), parts.context,
      [&](std::size_t, std::size_t query, const QueryScores& scores) { consume(query, scores); });
}

/// Features of one spectrum.
void rank_alone(const FeaturesInHand& hand, std::vector<RankedList>& lists) {
  std::vector<CandidateSet> asked(hand.queries.size());  // without candidates, nothing is scored
  std::vector<std::size_t> feature_of(hand.queries.size());
  for (std::size_t feature = 0; feature < hand.features.size(); ++feature) {
    if (hand.features[feature].size() > 1) continue;
    const std::size_t query = hand.last_of(feature);
    asked[query] = hand.sets[query];
    feature_of[query] = feature;
  }
  score(hand, asked, [&](std::size_t query, const QueryScores& scores) {
    lists[feature_of[query]] = answer(hand, feature_of[query], scores);
  });
}

/// Features of several spectra, whose scores fit into memory together.
void rank_slice(const FeaturesInHand& hand, std::span<const std::size_t> slice,
                std::vector<RankedList>& lists) {
  std::vector<CandidateSet> asked(hand.queries.size());
  std::vector<std::pair<std::size_t, std::size_t>> place(hand.queries.size());
  std::vector<FeatureScores> of_feature;
  for (const std::size_t feature : slice) {
    const auto& spectra = hand.features[feature];
    for (std::size_t i = 0; i < spectra.size(); ++i) {
      asked[spectra[i]] = hand.sets[hand.last_of(feature)];
      place[spectra[i]] = {of_feature.size(), i};
    }
    of_feature.emplace_back(spectra.size());
  }
  score(hand, asked, [&](std::size_t query, const QueryScores& scores) {
    of_feature[place[query].first].add(place[query].second, scores);
  });
  parallel_for(slice.size(), hand.parts.context.threads, [&](std::size_t i) {
    hand.parts.context.check_interrupt();
    const CandidateSet& set = hand.sets[hand.last_of(slice[i])];
    if (set.status != Status::ok || set.rows.empty()) return;
    ScoringBlock block;
    block.sets = {&set};
    const ScoreTable table = of_feature[i].mean(block);
    const ScoreColumn fused = fuse(block, table, hand.parts.evidence);
    lists[slice[i]] = answer(hand, slice[i], {fused.of(0), table, 0});
  });
}

void rank_together(const FeaturesInHand& hand, std::vector<RankedList>& lists) {
  std::vector<std::size_t> slice;
  std::size_t scores = 0;
  for (std::size_t feature = 0; feature < hand.features.size(); ++feature) {
    const std::size_t spectra = hand.features[feature].size();
    if (spectra < 2) continue;
    scores += spectra * hand.parts.evidence.size() * hand.sets[hand.last_of(feature)].rows.size();
    slice.push_back(feature);
    if (scores < kScoresInHand) continue;
    rank_slice(hand, std::exchange(slice, {}), lists);
    scores = 0;
  }
  if (!slice.empty()) rank_slice(hand, slice, lists);
}

/// Whether a decoder is to write for a feature: the library has nothing for it, or nothing that is
/// probable enough.
bool wants_writing(const RankedList& list, const GenerationSources& asked) {
  if (list.status == Status::empty_window || list.status == Status::no_formula_match) return true;
  return asked.denovo_below && list.certainty && list.certainty->first < *asked.denovo_below;
}

/// The candidates of a query with those that were written for it.
CandidateSet joined(CandidateSet set, const Query& query, const WritingOfQuery& writing,
                    std::size_t first_written) {
  RowSet::Rows rows;
  set.rows.for_each([&](std::size_t row) { rows.push_back(row); });
  if (rows.empty()) {
    set.message =
        "not from the library, which has no such molecule: written by the model's "
        "decoder (" +
        writing.counts() + ")";
    if (query.ion.possible.size() > 1) set.assumed = query.ion.possible;
  }
  for (const std::size_t row : writing.rows) rows.push_back(first_written + row);
  set.status = Status::ok;
  set.rows = RowSet(std::move(rows));
  set.first_written = first_written;
  return set;
}

/// What an answer that is not probable enough is told, and what was written for it.
std::string improbable(const RankedList& list, double least, const WritingOfQuery& writing) {
  return fmt::format(
      "the first answer of the library is right with a probability of {:.4f}, less than "
      "--denovo-below {}: the model's decoder has written {} ({})",
      list.certainty->first, least,
      writing.rows.empty() ? "no further one" : "further ones, which in_library tells",
      writing.counts());
}

/// Puts answers among which written ones stand in the place of those that were looked up. How
/// probable the first is stays known where it is the same.
void take_place(RankedList& list, RankedList with_written) {
  if (!list.hits.empty() && !with_written.hits.front().written &&
      with_written.hits.front().row == list.hits.front().row) {
    with_written.certainty = list.certainty;
  }
  list = std::move(with_written);
}

/// Ranks features anew, what was written for them among what was looked up, by the same evidence.
/// @param features that something was written for, and of each what @param hand lends what it shows
void rank_with_written(FeaturesInHand& hand,
                       const std::shared_ptr<const WrittenCandidates>& written,
                       std::span<const std::pair<std::size_t, const WritingOfQuery*>> features,
                       std::vector<RankedList>& lists) {
  std::vector<std::vector<std::size_t>> spectra;
  for (const auto& one : features) spectra.push_back(hand.features[one.first]);
  FeaturesInHand again{hand.parts, hand.queries, spectra};
  again.written.emplace(hand.parts, written);
  again.shown = std::move(hand.shown);
  again.sets.resize(hand.queries.size());
  again.k = hand.k;
  for (const auto& [feature, writing] : features) {
    const std::size_t query = hand.last_of(feature);
    again.sets[query] =
        joined(hand.sets[query], hand.queries[query], *writing, again.written->first);
  }
  std::vector<RankedList> found(features.size());
  rank_alone(again, found);
  rank_together(again, found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    take_place(lists[features[i].first], std::move(found[i]));
  }
  hand.shown = std::move(again.shown);
}

/// Molecules that are written for features without candidates, or without probable ones.
void add_written(FeaturesInHand& hand, std::vector<RankedList>& lists) {
  const SearchParts& parts = hand.parts;
  if (!parts.writer) return;
  const GenerationSources& asked = parts.writer->asked();
  std::vector<std::size_t> wanted, features;
  for (std::size_t feature = 0; feature < lists.size(); ++feature) {
    if (!wants_writing(lists[feature], asked)) continue;
    features.push_back(feature);
    wanted.push_back(hand.last_of(feature));
  }
  if (wanted.empty()) return;
  const auto written = WrittenCandidates::of(
      *parts.writer, {&parts.choice, asked.denovo},
      {hand.queries, hand.shown, hand.sets, parts.molecules()}, wanted, parts.context);
  std::vector<std::pair<std::size_t, const WritingOfQuery*>> with_rows;
  std::vector<std::string> notes;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const RankedList& list = lists[features[i]];
    const WritingOfQuery& writing = written->writings()[i];
    if (!writing.rows.empty()) with_rows.emplace_back(features[i], &writing);
    notes.push_back(list.hits.empty() ? "" : improbable(list, asked.denovo_below.value(), writing));
  }
  if (!with_rows.empty()) rank_with_written(hand, written, with_rows, lists);
  for (std::size_t i = 0; i < wanted.size(); ++i) add_note(lists[features[i]], notes[i]);
}

/// How alike the best decoy spectra are, also where there is no answer.
void add_decoys(const FeaturesInHand& hand, std::vector<RankedList>& lists) {
  if (!hand.parts.decoys) return;
  parallel_for(lists.size(), hand.parts.context.threads, [&](std::size_t feature) {
    const std::size_t last = hand.last_of(feature);
    if (hand.queries[last].refusal) return;
    lists[feature].decoy = best_similarity(
        *hand.parts.decoys, {hand.queries[last], hand.queries[last].spectrum.peaks, {}});
  });
}

}  // namespace

std::vector<RankedList> rank_features(const SearchParts& parts, std::span<const Query> queries,
                                      std::span<const std::vector<std::size_t>> features,
                                      const RankOptions& options) {
  FeaturesInHand hand = in_hand(parts, queries, features, options);
  std::vector<RankedList> lists;
  for (std::size_t feature = 0; feature < features.size(); ++feature) {
    const CandidateSet& set = hand.sets[hand.last_of(feature)];
    lists.push_back({set.status, set.message, 0, {}, set.assumed, {}});
  }
  rank_alone(hand, lists);
  rank_together(hand, lists);
  add_written(hand, lists);
  add_decoys(hand, lists);
  for (std::size_t feature = 0; feature < features.size(); ++feature) {
    const Query& last = queries[hand.last_of(feature)];
    lists[feature].peaks_used = hand.peaks_used[hand.last_of(feature)];
    if (!last.refusal) add_note(lists[feature], notes_of(last.spectrum, last.ion));
    if (features[feature].size() < 2) continue;
    for (const std::size_t query : features[feature]) {
      lists[feature].spectra.push_back(queries[query].name.index);
    }
  }
  return lists;
}

}  // namespace specbridge
