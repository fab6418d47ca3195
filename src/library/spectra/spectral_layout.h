#pragma once

namespace specbridge::spectral_layout {

/// Files of a spectral library, all block files (store/block_file.h) but the manifest. Its
/// molecules lie in the files of library/layout.h, in order of mass. An m/z is a whole number of
/// millionths of 1 Th: what files state with six decimals is kept as it is.
/// [spectra] m/z, Th, ascending; 0: a spectrum of electron ionisation, which has none
constexpr const char* kPrecursors = "precursors.f64";
constexpr const char* kPolarities = "polarities.i8";  ///< [spectra] +1, -1; 0: not known
/// [spectra] not a number: not stated; where a spectrum states one
constexpr const char* kRetentionIndices = "retention_indices.f32";
constexpr const char* kMoleculeOf = "molecule_of.u32";  ///< [spectra] row of the molecule
constexpr const char* kPeakEnds = "peak_ends.u64";      ///< [spectra + 1] where peaks begin
constexpr const char* kPeakMz = "peak_mz.u32";          ///< [peaks] ascending in each spectrum
constexpr const char* kPeakIntensity = "peak_intensity.f32";  ///< [peaks] base peak 1
/// [peaks] in entropy scores; where the inverted indices are there
constexpr const char* kPeakWeight = "peak_weight.f64";
constexpr const char* kRecordEnds = "record_ends.u64";  ///< [spectra + 1] where texts begin
/// [spectra] lines: id, compound, adduct, collision energy, instrument, licence, file
constexpr const char* kRecords = "records.bin";
constexpr const char* kFingerprints = "fingerprints.u64";  ///< [molecules, 32] Morgan, radius 2
/// Where the library was made with a model: [spectra, dim] unit length, in the files of RowWriter
/// behind this prefix, as the manifest's "row_type" says (nothing: float32), and [molecules, dim]
constexpr const char* kSpectrumPrefix = "spectrum_";
constexpr const char* kMoleculeVectors = "molecule_vectors.f32";

/// The inverted indices of products and of neutral losses: [peaks] m/z, ascending, with the
/// spectrum that the peak is of and its weight in entropy scores. They are there where peaks stand
/// so far apart that each has one partner at most.
struct PeakIndexFiles {
  const char* mz;
  const char* spectrum;
  const char* weight;
};
constexpr PeakIndexFiles kProducts = {"product_mz.u32", "product_spectrum.u32",
                                      "product_weight.f32"};
/// Products with what each peak gives to a cosine: its weight by the powers of the library's rule,
/// divided by the norm of its spectrum. There where that rule is a cosine.
constexpr PeakIndexFiles kCosineProducts = {"product_mz.u32", "product_spectrum.u32",
                                            "product_cosine.f32"};
constexpr PeakIndexFiles kLosses = {"loss_mz.u32", "loss_spectrum.u32", "loss_weight.f32"};

}  // namespace specbridge::spectral_layout
