#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/spectrum_reader.h"

namespace specbridge::test {

/// A small file and what reading it must give. Written in tests/fixtures/ms/table/*.cases as
///
///     === name [directives]
///     the file's text
///     ---
///     one line for each spectrum, or "! message" where reading ends with an error
///
/// Directives: bom, crlf, cr, nolf (no line end after the last line), bytes (\xNN stands for a
/// byte), gz, cut (half of the bytes), tail (bytes at the end), run (mzML around the text), a
/// format's name (--in-format); long, fields, colons, bomb, deep, brackets, tag, params, shared,
/// refs put something huge in place of the word LONG, FIELDS, BOMB, DEEP, TAG, PARAMS, REFS;
/// letters and peaks put 64 MiB in place of FLOOD, in a gzip file of less than a megabyte. In mzML,
/// a line "cv ACCESSION VALUE", "user NAME VALUE" or "array KIND TYPE COMPRESSION BASE64" stands
/// for the tags of that meaning.
struct ReaderCase {
  std::string source;  ///< "mgf", "msp" ...
  std::string name;
  std::string bytes;
  std::optional<SpectrumFormat> format;
  std::vector<std::string> expected;
};

std::vector<ReaderCase> reader_cases(const std::filesystem::path& file);

/// What reading gives, in the lines of the table.
std::vector<std::string> outcome_of(const ReaderCase& reader_case);

}  // namespace specbridge::test
