#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fragments/peaks.h"
#include "index/row_store.h"
#include "library/molecule_store.h"
#include "ms/preprocess.h"
#include "ranking/structures.h"
#include "search/candidate_source.h"
#include "specbridge/context.h"
#include "specbridge/spectrum.h"

namespace specbridge {

enum class Direction { higher_is_better, lower_is_better };

/// What a number per query and candidate is.
struct EvidenceKind {
  std::string name;  ///< of the column: evidence.<name>
  Direction direction = Direction::higher_is_better;
  std::string unit;  ///< "1" without one
};

/// The value of evidence that is missing: not a number, never zero in disguise.
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// Some queries with all that is known of them and of their candidates. All lists are of one
/// length.
struct ScoringBlock {
  std::vector<const Query*> queries;
  std::vector<std::span<const float>> vectors;  ///< of the queries [dim]
  std::vector<const CandidateSet*> sets;
  std::vector<std::span<const FragmentPeak>> peaks = {};  ///< of the queries; empty: not known
  std::vector<std::span<const Peak>> spectra = {};        ///< all peaks; empty: not known
  std::vector<const PeakRows*> inputs = {};  ///< what the encoder was shown; empty: not known
  /// Structures that a decoder is not told of, though they are candidates; empty: it is of all.
  std::vector<std::optional<StructureKey>> untold = {};
  const RowStore* rows = nullptr;            ///< vectors of the candidates
  const MoleculeStore* molecules = nullptr;  ///< the candidates themselves
  /// Positions, ascending, of those among the candidates of each query that dear evidence looks at;
  /// empty: at all of all queries.
  std::vector<std::vector<std::uint32_t>> chosen = {};

  std::size_t size() const noexcept { return sets.size(); }
  /// Calls visit(position, row) for the chosen candidates of a query, in their order.
  template <typename Visit>
  void for_each_chosen(std::size_t query, Visit&& visit) const {
    std::size_t position = 0, next = 0;
    sets[query]->rows.for_each([&](std::size_t row) {
      const bool all = chosen.empty();
      if (all || (next < chosen[query].size() && chosen[query][next] == position)) {
        visit(position, row);
        ++next;
      }
      ++position;
    });
  }
};

/// A number for each candidate of each query of a block, kMissing at the start.
class ScoreColumn {
 public:
  explicit ScoreColumn(const ScoringBlock& block);
  /// Of a query's candidates, in their order.
  std::span<float> of(std::size_t query) {
    return std::span(values_).subspan(ends_[query], ends_[query + 1] - ends_[query]);
  }
  std::span<const float> of(std::size_t query) const {
    return std::span(values_).subspan(ends_[query], ends_[query + 1] - ends_[query]);
  }
  std::size_t size() const noexcept { return ends_.size() - 1; }

 private:
  std::vector<float> values_;
  std::vector<std::size_t> ends_;
};

/// One kind of evidence. Thread-safe.
class Scorer {
 public:
  virtual ~Scorer() = default;
  virtual const EvidenceKind& kind() const noexcept = 0;
  /// Fills the column; a candidate of which nothing is known stays kMissing. A score depends on the
  /// query and the candidate alone, not on what else is in the block.
  virtual void score(const ScoringBlock& block, ScoreColumn& column,
                     const RunContext& context) const = 0;
};

}  // namespace specbridge
