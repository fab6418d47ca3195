#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "specbridge/spectrum.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// Where a record begins in its file, as its reader says.
struct RecordStart {
  std::size_t line = 0;    ///< Spectrum::origin
  std::size_t record = 0;  ///< of the spectra of the file, from 0; MS1 scans count
};

/// Hands out records of a file as texts to be written into other files.
class RecordCopies {
 public:
  virtual ~RecordCopies() = default;
  /// The text of a record that can be read; to be asked for in the order of the file.
  /// @throws InputError also when the file is no longer as it was
  virtual std::string text_of(const RecordStart& start) = 0;
};

/// Records as MGF, behind each a blank line. Those of an MGF file are copied byte for byte; what
/// stands before the first of them and holds for all (CHARGE=1+) is put behind BEGIN IONS. Those of
/// other formats are written by mgf_text().
std::unique_ptr<RecordCopies> mgf_copies(const std::filesystem::path& file, SpectrumFormat format);

/// The rows of a table of spectra, byte for byte.
std::unique_ptr<RecordCopies> row_copies(const std::filesystem::path& file);
/// The header line of such a table with its end, byte for byte; nothing: it has none.
std::optional<std::string> header_of_rows(const std::filesystem::path& file);

/// A spectrum as MGF, so that it is read as it was: names, precursors, charge, ion mode, adduct,
/// structure, formula, instrument, energy, fold, compound, licence, retention time and peaks.
std::string mgf_text(const Spectrum& spectrum);

}  // namespace specbridge
