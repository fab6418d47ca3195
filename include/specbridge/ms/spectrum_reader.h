#pragma once

#include <filesystem>
#include <memory>

#include "specbridge/ms/spectrum.h"

namespace specbridge {

/// Streams the spectra of a file, one in memory at a time.
class SpectrumReader {
 public:
  virtual ~SpectrumReader() = default;
  /// Reads the next record into `spectrum`; false at the end. A record that cannot be read comes
  /// out with `problem` set, and reading goes on with the next.
  /// @throws InputError when the file as a whole cannot be read (damaged gzip, for example)
  virtual bool next(Spectrum& spectrum) = 0;
};

/// Opens a file of spectra, plain or gzip-compressed, "-" for standard input. Format: MGF in the
/// dialects of MassSpecGym, GNPS, MZmine and SIRIUS.
/// @throws InputError when the file is missing or not a file of spectra
std::unique_ptr<SpectrumReader> open_spectra(const std::filesystem::path& path);

}  // namespace specbridge
