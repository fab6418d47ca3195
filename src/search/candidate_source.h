#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "index/row_set.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/query.h"
#include "specbridge/status.h"

namespace specbridge {

/// Queries and their vectors [queries, dim]; a query that was refused has a zero row.
struct EmbeddedQueries {
  std::span<const Query> queries;
  MatrixView vectors;
};

/// The candidates of one query, or why there are none.
struct CandidateSet {
  Status status = Status::ok;
  std::string message = {};  ///< why there are none, or what to know of them
  RowSet rows = {};          ///< of the molecule store; empty unless the status is ok
  std::vector<Ion> assumed =
      {};  ///< where the record states none or several: those that were tried
  /// Rows from here on are of molecules that a decoder has written, which is told of none of them;
  /// all before were looked up.
  std::size_t first_written = std::numeric_limits<std::size_t>::max();
};

/// Chooses which molecules a query is compared with. Nothing is scored here.
class CandidateSource {
 public:
  virtual ~CandidateSource() = default;
  /// One set a query, in their order. Refused queries come out with their refusal.
  /// @param k answers that are wanted, 0: all; a source may leave out what will hardly be one
  virtual std::vector<CandidateSet> candidates(const EmbeddedQueries& queries,
                                               std::size_t k) const = 0;
};

}  // namespace specbridge
