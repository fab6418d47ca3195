#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/rows/answer_writer.h"

namespace specbridge {

/// What kind of ions a run holds, as far as its records say.
struct RunPolarity {
  bool positive = false, negative = false;
};

/// A number that says how sure an answer is: a column of the evidence.
struct ConfidenceMeasure {
  std::string param;   ///< as mzTab writes it
  std::string column;  ///< of the hits table
};
std::vector<ConfidenceMeasure> measures_of(const HitsLayout& layout, const std::string& ranked_by);

/// What the metadata section tells.
struct MztabMetadata {
  const SearchFacts& search;
  std::span<const SpectraFileCount> files;
  std::span<const RunPolarity> polarities;  ///< of each of the search's files
  std::span<const ConfidenceMeasure> measures;
};
/// The lines of the metadata section.
std::string mztab_metadata(const MztabMetadata& metadata);

}  // namespace specbridge
