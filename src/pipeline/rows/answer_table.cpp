#include "pipeline/rows/answer_table.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "stats/certainty.h"

namespace specbridge {
namespace {

/// A share as the table shows it: what is compared with a limit.
double shown(double share) {
  constexpr double kDigits = 1e4;
  return std::round(share * kDigits) / kDigits;
}

/// A row with the q-value that was waited for.
void put_q_value(std::string& line, double q_value) {
  const auto place = line.find(kLaterQValue);
  if (place != std::string::npos) {
    line.replace(place, kLaterQValue.size(), fmt::format("{:.4f}", q_value));
  }
}

/// What an answer to a query scores that is known to be wrong: the best decoy, or the second
/// answer.
std::optional<double> wrong_of(const RankedList& list, const HitsLayout& layout) {
  if (layout.decoys) return list.decoy;
  return list.certainty ? list.certainty->second : std::nullopt;
}

std::string improbable(double probability, double least) {
  return fmt::format(
      "answers left out: the first is right with a probability of {:.4f}, less than "
      "--min-probability {}",
      probability, least);
}

}  // namespace

AnswerTable::AnswerTable(const Searcher& searcher, const HitsLayout& layout,
                         const AnswerLimits& limits,
                         std::vector<std::unique_ptr<AnswerWriter>> writers)
    : searcher_(searcher), layout_(layout), limits_(limits), writers_(std::move(writers)) {
  if (layout_.q_value) spool_.emplace();
}

void AnswerTable::write(const AnsweredQuery& query) {
  for (const auto& writer : writers_) writer->add(query);
}

void AnswerTable::add(const Query& query, const RankedList& list, const UnseenIons& unseen) {
  std::string rows = rows_text(query, list, searcher_, unseen, layout_);
  if (!spool_) {
    write({facts_of(query), std::move(rows)});
    return;
  }
  Waiting one{list.hits.size(), list.certainty, wrong_of(list, layout_)};
  if (list.hits.empty()) one.rows = 1;
  const auto& least = limits_.min_probability;
  if (!list.hits.empty() && !list.certainty && (least || limits_.max_q)) {
    rows = row_without_answers(query, list, layout_, "answers left out for want of a probability");
    one.rows = 0;
    one.has_substitute = true;
  } else if (list.certainty && least && shown(list.certainty->first) < *least) {
    rows = row_without_answers(query, list, layout_, improbable(list.certainty->first, *least));
    one.rows = 0;  // whatever the q-value is
    one.has_substitute = true;
  } else if (list.certainty && limits_.max_q) {
    rows +=
        row_without_answers(query, list, layout_, "answers left out: the q-value of the first is ",
                            fmt::format(", more than --max-q {}", *limits_.max_q));
    one.has_substitute = true;
  }
  spool_->write(line_of(facts_of(query)));
  spool_->write(rows);
  waiting_.push_back(one);
}

std::vector<double> AnswerTable::q_values_of_all() const {
  std::vector<double> answers, decoys;
  for (const auto& query : waiting_) {
    if (query.certainty) answers.push_back(query.certainty->first);
    if (query.wrong) decoys.push_back(*query.wrong);
  }
  return q_values(answers, decoys,
                  layout_.probability ? AnswerOrder::by_probability : AnswerOrder::by_score);
}

void AnswerTable::write_waiting(const Waiting& query, double q_value) {
  const bool left_out =
      query.has_substitute && (query.rows == 0 || (limits_.max_q && q_value > *limits_.max_q));
  std::string line;
  if (!spool_->read(line)) throw std::logic_error("a query that waited is gone");
  AnsweredQuery answered{read_facts(line), ""};
  const std::size_t lines = query.rows + (query.has_substitute ? 1 : 0);
  for (std::size_t i = 0; i < lines && spool_->read(line); ++i) {
    if (left_out != (i == query.rows)) continue;
    put_q_value(line, q_value);
    answered.rows += line;
  }
  write(answered);
  left_out_ += left_out ? 1 : 0;
}

void AnswerTable::write_all_waiting() {
  const auto q_values = q_values_of_all();
  spool_->turn();
  std::size_t next = 0;
  for (const auto& query : waiting_) {
    write_waiting(query, query.certainty ? shown(q_values[next++]) : 1);
  }
}

void AnswerTable::finish(std::span<const SpectraFileCount> files) {
  if (spool_) write_all_waiting();
  for (const auto& writer : writers_) writer->finish(files);
}

}  // namespace specbridge
