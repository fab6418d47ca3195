#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// What `specbridge page` is asked for.
struct PageConfig {
  std::filesystem::path hits;                  ///< a table that search wrote
  std::vector<std::filesystem::path> spectra;  ///< that were searched, in the same order
  std::optional<SpectrumFormat> format;        ///< of the spectra; absent: told by content
  std::filesystem::path model;  ///< whose fragment score explains; empty: the fixed score does
  std::filesystem::path out;
  /// Library of spectra that was searched: of answers that rest on one of its spectra it is shown
  /// below that of the query. Absent: none is shown.
  std::optional<std::filesystem::path> spectral_library = {};
  std::size_t top = 10;  ///< answers of a query that are shown, the best; at least 1
  Existing existing = Existing::refuse;
};

struct PageReport {
  std::size_t queries = 0;  ///< that are listed
  std::size_t answers = 0;  ///< that are shown
  std::size_t bytes = 0;    ///< of the page
};

/// The report as JSON text.
std::string to_json(const PageReport& report);

/// Whether it can be done, as far as that is known before there is a table. @throws UsageError
void check_page(const PageConfig& config, const RunContext& context);

/// Writes a page (HTML) that shows the answers of a search by itself, without a network: the list
/// of all queries; of each the best answers as drawings with their evidence, and the spectrum with
/// the peaks that fragments of the chosen answer explain, above the library spectrum that it rests
/// on.
/// @throws UsageError, InputError when table and spectra do not belong together, ArtifactError,
/// OutputError, ResourceError
PageReport run_page(const PageConfig& config, const RunContext& context);

}  // namespace specbridge
