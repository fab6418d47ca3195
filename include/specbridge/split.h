#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// What is never in two parts.
enum class SplitBy {
  formula,    ///< a molecular formula, so no structure either
  structure,  ///< a structure: the first block of the InChIKey
  fold,       ///< nothing: the parts are those that the records state as FOLD
};

/// What `specbridge split` is asked for.
struct SplitConfig {
  std::vector<std::filesystem::path> spectra;  ///< files and folders, not standard input
  std::optional<SpectrumFormat> format;        ///< absent: told by content
  SplitBy by = SplitBy::formula;
  /// How large the parts are to be, in spectra and in proportion: {8, 1, 1}. Not for folds.
  std::vector<double> shares = {8, 1, 1};
  /// One for each part; empty: train, validation and test for three, else part-1, part-2, ...
  std::vector<std::string> names;
  std::filesystem::path out;  ///< folder
  Existing existing = Existing::refuse;
};

/// One of the files that were written.
struct SplitPart {
  std::string name, file;
  std::size_t spectra = 0, structures = 0, formulas = 0;
  std::size_t without_structure = 0;  ///< spectra; of folds only
  std::string sha256 = {};
};

/// What came of it.
struct SplitReport {
  std::size_t spectra = 0;                  ///< MS2 records read
  std::map<std::string, std::size_t> left;  ///< of them: in no part, by reason
  std::size_t ms1_scans = 0;                ///< passed over
  std::vector<SplitPart> parts;
  /// How many are in more than one part.
  std::size_t shared_structures = 0, shared_formulas = 0;
};

/// The same as JSON text.
std::string to_json(const SplitReport& report);

/// "8:1:1" as numbers. @throws UsageError unless they are two to a hundred positive numbers
std::vector<double> parse_shares(std::string_view text);

/// Cuts spectra of known structures into parts and writes each as a file into a folder, beside them
/// rejects.tsv and split.json. Which part a molecule comes into depends on the seed, the shares,
/// what the spectra are parted by, and how many spectra there are of each formula (structure), not
/// on the order of records and files. Records of MGF, and rows of tables with one header, are
/// copied byte for byte; the others are written as MGF. Compressed where an input is.
/// @throws UsageError, InputError (also where a part would be empty), OutputError, Interrupted
SplitReport run_split(const SplitConfig& config, const RunContext& context);

}  // namespace specbridge
