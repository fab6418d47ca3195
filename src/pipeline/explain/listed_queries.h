#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "eval/truth.h"
#include "pipeline/explain/listed_answers.h"
#include "specbridge/context.h"
#include "specbridge/query.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// The spectra that a table of hits is of.
struct SearchedSpectra {
  std::vector<std::filesystem::path> files;  ///< in the order in which they were searched
  std::optional<SpectrumFormat> format;      ///< absent: told by content
};

/// All MS2 records of the spectra, in order; a few more than `most` where there are more.
/// @throws InputError
std::vector<TruthRecord> records_of(const SearchedSpectra& spectra, const RunContext& context,
                                    std::size_t most = std::numeric_limits<std::size_t>::max());

/// A query of which the table has rows that are wanted.
struct ListedQuery {
  const Query* query;
  std::span<const ListedAnswer> answers;  ///< by rank; one without rank says that there is none
};

/// Reads the spectra once more and hands over the queries that are listed, in order and some at a
/// time. @throws InputError where the spectra are no longer those of records_of()
void for_each_listed(const SearchedSpectra& spectra, const ListedAnswers& listed,
                     const RunContext& context,
                     const std::function<void(std::span<const ListedQuery>)>& consume);

}  // namespace specbridge
