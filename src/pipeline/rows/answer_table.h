#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/rows/answer_writer.h"
#include "pipeline/rows/hit_rows.h"
#include "search/unseen_ions.h"
#include "specbridge/query.h"
#include "specbridge/search.h"
#include "specbridge/searcher.h"
#include "store/spool.h"

namespace specbridge {

/// The hits of a search on their way to those who write them. Where first answers have a
/// probability, rows wait until all are known: a q-value depends on every query.
class AnswerTable {
 public:
  AnswerTable(const Searcher& searcher, const HitsLayout& layout, const AnswerLimits& limits,
              std::vector<std::unique_ptr<AnswerWriter>> writers);
  /// Adds the rows of a query, those of its answers or, where they are left out, why. @throws
  /// OutputError
  void add(const Query& query, const RankedList& list, const UnseenIons& unseen);
  /// Hands over what waits, and ends the writing. @throws OutputError
  void finish(std::span<const SpectraFileCount> files);
  /// Queries whose answers are left out.
  std::size_t left_out() const noexcept { return left_out_; }

 private:
  /// What waits of one query.
  struct Waiting {
    std::size_t rows = 0;                ///< of answers
    std::optional<Certainty> certainty;  ///< nothing: without answer, or not known
    std::optional<double> wrong = {};    ///< what a wrong answer scores
    bool has_substitute = false;         ///< a row behind them stands for answers that are left out
  };
  std::vector<double> q_values_of_all() const;
  void write(const AnsweredQuery& query);
  void write_all_waiting();
  void write_waiting(const Waiting& query, double q_value);

  const Searcher& searcher_;
  HitsLayout layout_;
  AnswerLimits limits_;
  std::vector<std::unique_ptr<AnswerWriter>> writers_;
  std::optional<Spool> spool_;
  std::vector<Waiting> waiting_;
  std::size_t left_out_ = 0;
};

}  // namespace specbridge
