#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "pipeline/similarity/best_pairs.h"
#include "pipeline/similarity/compared_spectra.h"
#include "store/output_table.h"

namespace specbridge {

/// The first line of the table of pairs. @param mode listed: with a column for messages
std::string pair_header(const std::vector<PairScore>& scores, PairMode mode);
/// One row without an end. @param similarities [scores]; empty: the pair has none
std::string pair_row(const ComparedSpectrum& query, const ComparedSpectrum& reference,
                     const std::vector<PairScore>& scores,
                     std::span<const Similarity> similarities);

/// Rows of each record, as query and as reference.
struct RowsOfRecords {
  std::vector<std::size_t> queries, references;  ///< [records]
};

/// Writes the table of records: a line for each, whether it could be compared or not.
void write_records(const BothSides& sides, const RowsOfRecords& rows, StagedFile& table);

}  // namespace specbridge
