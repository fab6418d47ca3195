#include "eval/hits_scorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "chem/smiles_cache.h"
#include "eval/query_places.h"
#include "eval/structure_lookup.h"
#include "ranking/hits_reader.h"
#include "ranking/stated_status.h"
#include "specbridge/error.h"
#include "specbridge/eval_settings.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

/// A row that names a structure, with its line for messages.
struct ListedRow {
  Hit hit;
  std::size_t line = 0;
};

/// The rows of one query.
struct QueryRows {
  std::vector<ListedRow> listed;
  StatedStatus status;  ///< of a row without structure
  std::optional<std::size_t> candidates;
  std::size_t query_index = 0;       ///< as the table states it
  std::vector<std::size_t> spectra;  ///< query_index of those that are answered together
};

bool names_structure(const Hit& hit) {
  return !hit.smiles.empty() || !hit.inchikey14.empty();
}

Status why_not_evaluated(const TruthRecord& truth) {
  return truth.status == Status::ok && !truth.molecule ? Status::no_structure : truth.status;
}

/// One pass over one table, or over several that hold different queries.
class HitsPass {
 public:
  HitsPass(const std::vector<TruthRecord>& truths, const PoolScoring& scoring,
           const RunContext& context)
      : truths_(truths),
        scoring_(scoring),
        context_(context),
        names_(name_structure),
        results_(truths.size()) {}

  void read(const std::filesystem::path& path);
  HitsScores take();

 private:
  void read_in_order(HitsReader& reader, QueryPlaces& places);
  void read_apart(HitsReader& reader, QueryPlaces& places);
  void begin(std::size_t position, std::size_t line);
  void add(Hit hit, std::size_t line, QueryRows& rows) const;
  void finish_query();
  void finish(std::size_t position);
  QueryResult score_list(const TruthRecord& truth);
  bool told_by_smiles(const ListedRow& row) const;
  std::vector<ScoredCandidate> candidates();
  bool ordered_by_score();
  bool ranks_contradict_scores() const;
  void judge_completeness(QueryResult& result);
  void name_best(QueryResult& result);
  std::vector<std::string> notes() const;
  SourcePos at(std::size_t line) const { return {path_.string(), line}; }

  std::filesystem::path path_;  ///< of the table that is read
  const std::vector<TruthRecord>& truths_;
  const PoolScoring& scoring_;
  const RunContext& context_;
  using Name = std::shared_ptr<const StructureName>;

  SmilesCache<StructureName> names_;
  std::vector<Name> named_;  ///< of the current query; its candidates refer to them
  std::vector<std::optional<QueryResult>> results_;
  /// Positions whose answer is to be that of another: by query_index of the table that is read, and
  /// all of them.
  std::unordered_map<std::size_t, std::size_t> waiting_;
  std::unordered_set<std::size_t> merged_;
  std::optional<std::size_t> current_;
  QueryRows rows_;
  std::size_t done_ = 0, unknown_pools_ = 0, tied_at_the_end_ = 0, contradicted_ = 0;
  std::size_t unreadable_ = 0;
  std::string unreadable_example_, place_note_;
};

void HitsPass::begin(std::size_t position, std::size_t line) {
  finish_query();
  if (results_[position]) {
    throw InputError(
        at(line),
        fmt::format("query {} (\"{}\") had rows further up; rows of one query must "
                    "stand together, sort the table by query",
                    truths_[position].name.index, one_line(truths_[position].name.id, 80)));
  }
  current_ = position;
}

void HitsPass::add(Hit hit, std::size_t line, QueryRows& rows) const {
  rows.query_index = hit.query_index;
  if (!hit.spectra.empty()) rows.spectra = hit.spectra;
  if (hit.candidates) rows.candidates = std::max(rows.candidates.value_or(0), *hit.candidates);
  if (names_structure(hit)) {
    rows.listed.push_back({std::move(hit), line});
  } else if (hit.status != Status::ok) {
    rows.status = hit.status;
  } else if (hit.candidates.value_or(0) > 0 && !hit.score && !hit.rank) {
    rows.status = Status::left_out;
  } else {
    throw InputError(at(line),
                     "names no structure (smiles or inchikey14) and no status that says why");
  }
}

/// Scores order a list when its rows have them, else ranks do.
bool HitsPass::ordered_by_score() {
  const auto& rows = rows_.listed;
  const auto scored = [](const ListedRow& row) { return row.hit.score.has_value(); };
  const bool by_score = std::any_of(rows.begin(), rows.end(), scored);
  for (const auto& [hit, line] : rows) {
    if (by_score ? hit.score.has_value() : hit.rank.has_value()) continue;
    throw InputError(at(line), fmt::format("names a structure without {}",
                                           by_score ? "a score, unlike other rows of its query"
                                                    : "score or rank"));
  }
  if (by_score && ranks_contradict_scores()) ++contradicted_;
  return by_score;
}

/// Whether the best rank is not that of the best score.
bool HitsPass::ranks_contradict_scores() const {
  const auto& rows = rows_.listed;
  const auto rank = [](const ListedRow& row) { return row.hit.rank.value_or(SIZE_MAX); };
  const auto first = std::ranges::min_element(rows, {}, rank);
  return first->hit.rank && std::ranges::any_of(rows, [&](const ListedRow& row) {
           return row.hit.rank > first->hit.rank && *row.hit.score > *first->hit.score;
         });
}

/// Whether a row's structure is told by its SMILES: the rules say so, there is nothing else, or the
/// SMILES may be of a salt, whose key is not that of the molecule in it.
bool HitsPass::told_by_smiles(const ListedRow& row) const {
  if (scoring_.rules.identity == Identity::inchikey14) {
    return row.hit.inchikey14.empty() || may_be_salt(row.hit.smiles);
  }
  if (!row.hit.smiles.empty()) return true;
  throw InputError(at(row.line),
                   "names a structure without SMILES; --identity smiles compares SMILES");
}

std::vector<ScoredCandidate> HitsPass::candidates() {
  std::vector<std::string> unnamed;
  for (const auto& row : rows_.listed) {
    if (told_by_smiles(row)) unnamed.push_back(row.hit.smiles);
  }
  names_.learn(unnamed, context_);
  named_.clear();
  const bool by_score = ordered_by_score();
  std::vector<ScoredCandidate> candidates;
  candidates.reserve(rows_.listed.size());
  for (const auto& row : rows_.listed) {
    const Hit& hit = row.hit;
    ScoredCandidate candidate{hit.inchikey14, hit.smiles, 0, hit.rank.value_or(0)};
    if (told_by_smiles(row)) {
      const auto& name = *named_.emplace_back(names_.of(hit.smiles));
      if (!name.readable && unreadable_++ == 0) unreadable_example_ = hit.smiles;
      const bool by_smiles = name.readable && scoring_.rules.identity == Identity::smiles;
      candidate.key = by_smiles ? name.smiles : name.inchikey14;
      candidate.smiles = name.smiles;
    }
    candidate.score = by_score ? *hit.score : -static_cast<double>(*hit.rank);
    candidates.push_back(candidate);
  }
  return candidates;
}

void HitsPass::judge_completeness(QueryResult& result) {
  result.complete = rows_.candidates && result.listed >= *rows_.candidates;
  result.pool_size = std::max(rows_.candidates.value_or(0), result.listed);
  if (!rows_.candidates) ++unknown_pools_;
  if (!result.rank && !result.complete) result.status = Status::beyond_k;
  // Behind a truth that shares the last score of a cut list, more ties may have been cut off.
  if (result.rank && result.ties > 0 && !result.complete && *result.rank == result.listed) {
    ++tied_at_the_end_;
  }
}

/// The table's own spelling, standardised like every other.
void HitsPass::name_best(QueryResult& result) {
  if (result.best_smiles.empty()) return;
  result.best_smiles = names_.of(result.best_smiles)->smiles;
}

QueryResult HitsPass::score_list(const TruthRecord& truth) {
  auto listed = candidates();
  const bool by_score = rows_.listed.front().hit.score.has_value();
  QueryResult result = rank_structures(truth, listed, scoring_.rules);
  judge_completeness(result);
  if (!by_score) result.score = result.best_score = std::nullopt;
  if (scoring_.observer != nullptr) scoring_.observer->observe(truth, listed, result);
  name_best(result);
  return result;
}

void HitsPass::finish_query() {
  if (!current_) return;
  const bool elsewhere = rows_.listed.empty() && rows_.status == Status::merged;
  if (elsewhere) {
    merged_.insert(*current_);
    waiting_.emplace(rows_.query_index, *current_);
  } else {
    finish(*current_);
    for (const std::size_t query : rows_.spectra) {
      if (const auto other = waiting_.extract(query)) finish(other.mapped());
    }
  }
  rows_ = {};
  current_.reset();
}

/// Judges the rows in hand as the answer to a query.
void HitsPass::finish(std::size_t position) {
  const TruthRecord& truth = truths_[position];
  auto& result = results_[position];
  if (const Status why = why_not_evaluated(truth); why != Status::ok) {
    result = missed_query(truth, why);
  } else if (rows_.listed.empty()) {
    result = missed_query(truth, rows_.status);
    result->pool_size = rows_.candidates.value_or(0);
  } else {
    result = score_list(truth);
  }
  context_.progress("scoring hits", ++done_, truths_.size());
}

std::vector<std::string> HitsPass::notes() const {
  std::vector<std::string> notes;
  if (!place_note_.empty()) notes.push_back(place_note_);
  if (unknown_pools_ > 0) {
    notes.push_back(
        fmt::format("{} not say how many candidates were ranked: a random order is that of the "
                    "structures listed, Recall@K beyond the end of a list is not known",
                    counted(unknown_pools_, "list does", "lists do")));
  }
  if (contradicted_ > 0) {
    notes.push_back(
        fmt::format("{} highest score: scores decide, higher is better; leave the column out where "
                    "lower is better",
                    counted(contradicted_, "list has a first rank that is not that of its",
                            "lists have a first rank that is not that of their")));
  }
  if (tied_at_the_end_ > 0) {
    notes.push_back(fmt::format(
        "{} the last score of a list that ends before the pool does: {} may be too good",
        counted(tied_at_the_end_, "truth shares", "truths share"),
        tied_at_the_end_ == 1 ? "its rank" : "their ranks"));
  }
  if (unreadable_ > 0) {
    notes.push_back(fmt::format(
        "{}; the first is \"{}\"",
        counted(unreadable_, "SMILES of the hits is no molecule and counts as a wrong structure",
                "SMILES of the hits are no molecules and count as wrong structures"),
        one_line(unreadable_example_, 80)));
  }
  return notes;
}

void HitsPass::read_in_order(HitsReader& reader, QueryPlaces& places) {
  while (auto hit = reader.next()) {
    const std::size_t position = places.place_of(*hit, reader.line());
    if (current_ != position) {
      context_.check_interrupt();
      begin(position, reader.line());
    }
    add(std::move(*hit), reader.line(), rows_);
  }
  finish_query();
}

/// Other programs order rows by their confidence, for example; their tables are short.
void HitsPass::read_apart(HitsReader& reader, QueryPlaces& places) {
  std::map<std::size_t, QueryRows> rows;
  while (auto hit = reader.next()) {
    const std::size_t position = places.place_of(*hit, reader.line());
    add(std::move(*hit), reader.line(), rows[position]);
  }
  for (auto& [position, of_query] : rows) {
    context_.check_interrupt();
    begin(position, 0);
    rows_ = std::move(of_query);
  }
  finish_query();
}

void HitsPass::read(const std::filesystem::path& path) {
  path_ = path;
  waiting_.clear();
  HitsReader reader(path);
  QueryPlaces places(truths_, reader, path.string());
  if (reader.of_another_program()) {
    read_apart(reader, places);
  } else {
    read_in_order(reader, places);
  }
  if (place_note_.empty()) place_note_ = places.note();
}

HitsScores HitsPass::take() {
  HitsScores scores;
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    const auto& truth = truths_[i];
    const Status none = merged_.contains(i) ? Status::merged : Status::not_in_hits;
    const Status why = why_not_evaluated(truth);
    scores.results.push_back(results_[i] ? std::move(*results_[i])
                                         : missed_query(truth, why == Status::ok ? none : why));
  }
  scores.notes = notes();
  return scores;
}

}  // namespace

HitsScorer::HitsScorer(std::vector<TruthRecord> truths, PoolScoring scoring)
    : truths_(std::move(truths)), scoring_(scoring) {
  std::unordered_set<std::size_t> indices;
  for (const auto& truth : truths_) {
    if (!indices.insert(truth.name.index).second) {
      throw std::logic_error("two truths have one query_index");
    }
  }
}

HitsScores HitsScorer::score(const std::filesystem::path& hits, const RunContext& context) const {
  HitsPass pass(truths_, scoring_, context);
  for (const auto& file : hits_files(hits, context)) pass.read(file);
  return pass.take();
}

std::vector<std::filesystem::path> hits_files(const std::filesystem::path& hits,
                                              const RunContext& context) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(hits, ignored)) return {hits};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(hits)) {
    auto name = entry.path().filename();
    if (name.extension() == ".gz") name = name.stem();
    const auto ending = name.extension();
    const bool table = ending == ".csv" || ending == ".tsv" || ending == ".txt" || ending == ".tab";
    if (!table || entry.is_directory(ignored)) continue;
    if (entry.is_regular_file(ignored)) {
      files.push_back(entry.path());
    } else {
      context.warning(
          fmt::format("{}: passed over, no file can be read there", entry.path().string()));
    }
  }
  if (files.empty()) {
    throw InputError({hits.string(), 0}, "is a folder without tables of hits (.csv, .tsv, .txt)");
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace specbridge
