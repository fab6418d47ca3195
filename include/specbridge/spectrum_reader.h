#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "specbridge/spectrum.h"

namespace specbridge {

/// The formats of spectra that are read.
enum class SpectrumFormat {
  mgf,        ///< BEGIN IONS ... END IONS, in the dialects of every program we met
  msp,        ///< Name: ... Num Peaks: ..., of NIST, MoNA, MassBank, RIKEN, GOLM, AMDIS (.msl)
  massbank,   ///< MassBank records, ACCESSION: ... //
  mzml,       ///< mzML, indexed or not, arrays plain, zlib or MS-Numpress
  gnps_json,  ///< GNPS library JSON: objects with peaks_json
  jcamp,      ///< JCAMP-DX: ##TITLE= ... ##END=, peaks as pairs
  tsv,        ///< a table with the columns mzs and intensities, of MassSpecGym
  fastei,     ///< an SQLite database with the table IN_SILICO_LIBRARY, of FastEI
};

/// What messages, help and pages call them.
inline constexpr std::string_view kSpectrumFormats =
    "MGF, MSP, MassBank records, mzML, GNPS JSON, JCAMP-DX, MassSpecGym TSV or a library of FastEI";

/// "mgf", "msp", "massbank", "mzml", "gnps-json", "jcamp", "tsv", "fastei".
std::string to_string(SpectrumFormat format);

/// The format of that name. @throws UsageError
SpectrumFormat parse_spectrum_format(std::string_view name);

/// Streams the spectra of a file, one in memory at a time.
class SpectrumReader {
 public:
  virtual ~SpectrumReader() = default;
  /// Reads the next record into `spectrum`; false at the end. A record that cannot be read comes
  /// out with `problem` set, and reading goes on with the next.
  /// @throws InputError when the file as a whole cannot be read (damaged gzip, for example)
  virtual bool next(Spectrum& spectrum) = 0;
  virtual SpectrumFormat format() const noexcept = 0;
};

/// What one record may hold. Records beyond it come out with a problem; memory never follows what
/// a file announces, only what it holds, up to these limits.
inline constexpr std::size_t kMaxPeaks = std::size_t{1} << 22;
inline constexpr std::size_t kMaxFields = 1024;
inline constexpr std::size_t kMaxLineOfSpectra = std::size_t{1} << 20;

/// Opens a file of spectra, plain or gzip-compressed, "-" for standard input. The format is told by
/// content unless it is given.
/// @throws InputError when the file is missing, or no file of spectra
std::unique_ptr<SpectrumReader> open_spectra(const std::filesystem::path& path,
                                             std::optional<SpectrumFormat> format = {});

/// The same from memory; `name` is used in messages and in the names of nameless records.
std::unique_ptr<SpectrumReader> read_spectra(std::string bytes, const std::string& name,
                                             std::optional<SpectrumFormat> format = {});

/// The format of a file by its content; nothing when it holds no spectra.
/// @throws InputError when it cannot be read
std::optional<SpectrumFormat> format_of(const std::filesystem::path& path);

}  // namespace specbridge
