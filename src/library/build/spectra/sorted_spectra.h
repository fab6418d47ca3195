#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "library/spectra/peak_index.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// A spectrum on its way into a library.
struct LibrarySpectrum {
  double precursor_mz = 0;  ///< Th; 0: of electron ionisation
  int polarity = 0;         ///< +1, -1; 0: not known
  std::uint32_t molecule = 0;
  std::vector<MicroMz> mz;
  std::vector<float> intensity;
  std::string text = {};           ///< its line of spectral_layout::kRecords, without the end
  std::vector<float> vector = {};  ///< of the model, if there is one
  std::optional<double> retention_index = {};
};

/// Peaks as they are stored. Those above kMostStoredMz are left out.
void set_peaks(const std::vector<Peak>& peaks, LibrarySpectrum& spectrum);

/// Spectra on disk, put into order of precursor m/z, then arrival. Memory: 32 bytes a spectrum; the
/// rest stays in a temporary file.
class SortedSpectra {
 public:
  /// @param file a name in a staging directory; removed with the object
  explicit SortedSpectra(std::filesystem::path file);
  ~SortedSpectra();

  void add(const LibrarySpectrum& spectrum);
  /// Ends adding. Positions are then in order; of spectra that agree in precursor, polarity,
  /// molecule and peaks the first is left. @return how many others there were
  std::size_t sort();
  std::size_t size() const noexcept;
  LibrarySpectrum item(std::size_t position) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
