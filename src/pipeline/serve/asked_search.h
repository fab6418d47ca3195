#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "specbridge/search.h"

namespace specbridge {

/// A search as the options of a request ask for it.
struct AskedSearch {
  SearchConfig config;           ///< without spectra, output, model and library
  std::size_t shown = 10;        ///< answers of a spectrum that a page gets
  std::string name = "spectra";  ///< of the file, in messages and for records without a name
  bool as_table = false;         ///< hits.tsv instead of what a page reads
};

/// @param options by name: those that openapi.json lists @throws UsageError for unknown names and
/// values, in words that name both
AskedSearch asked_search(const std::map<std::string, std::string>& options);

}  // namespace specbridge
