#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/row_set.h"
#include "index/row_store.h"
#include "library/spectra/peak_index.h"
#include "library/stored_molecules.h"
#include "ms/similarity/similarity.h"
#include "ms/similarity/similarity_rule.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// What a library tells of one of its spectra. The texts live as long as the library.
struct SpectrumText {
  std::string_view id, compound, adduct, collision_energy, instrument, licence, file;
};

/// What the ids of decoy spectra begin with; the rest is that of the spectrum that one is a decoy
/// of.
constexpr std::string_view kDecoyPrefix = "decoy:";

/// A Morgan fingerprint of 2,048 bits.
constexpr std::size_t kFingerprintWords = 32;
using FingerprintWords = std::span<const std::uint64_t>;
/// The fingerprint of a molecule that was standardised before.
std::array<std::uint64_t, kFingerprintWords> fingerprint_words(std::string_view smiles);
/// Bits on in both over bits on in either; 1 where none is on. Both [kFingerprintWords].
double tanimoto(FingerprintWords a, FingerprintWords b);

/// Cleaned spectra of known molecules in order of precursor m/z. Opens without a model; files are
/// read through memory maps and checked, block by block, when first touched. Thread-safe.
class SpectralLibrary {
 public:
  /// @throws ArtifactError
  static SpectralLibrary open(const std::filesystem::path& dir);
  ~SpectralLibrary();
  SpectralLibrary(SpectralLibrary&&) noexcept;

  std::size_t spectra() const noexcept;
  const StoredMolecules& molecules() const noexcept;
  const std::string& fingerprint() const noexcept;  ///< SHA-256 of the manifest
  /// The fingerprint of the library that its spectra are decoys of; empty: they are spectra of
  /// compounds.
  const std::string& decoys_of() const noexcept;
  /// What spectra were cleaned by, and compared by where nothing else is asked for.
  const SimilarityRule& rule() const noexcept;

  double precursor_mz(std::size_t spectrum) const;  ///< Th; 0: of electron ionisation
  /// Nothing where there is none.
  std::optional<double> stated_precursor(std::size_t spectrum) const;
  /// The spectra of a kind: one slice. Those of electron ionisation come first.
  RowRange of_kind(SpectrumKind kind) const;
  /// Nothing where its record states none.
  std::optional<double> retention_index(std::size_t spectrum) const;
  int polarity(std::size_t spectrum) const;  ///< +1, -1; 0: not known
  std::size_t molecule_of(std::size_t spectrum) const;
  SpectrumText text(std::size_t spectrum) const;
  std::vector<Peak> peaks(std::size_t spectrum) const;
  /// The peaks as they are stored, all [peaks of the spectrum].
  struct StoredPeaks {
    std::span<const MicroMz> mz;
    std::span<const float> intensity;
    std::span<const double> weight;  ///< in entropy scores; empty without products()
  };
  StoredPeaks stored_peaks(std::size_t spectrum) const;
  /// The spectra whose precursor m/z lies in [low, high] Th, low being above 0: one slice.
  RowRange within(double low, double high) const;
  /// [kFingerprintWords] of a molecule.
  FingerprintWords fingerprint_of(std::size_t molecule) const;

  /// nullptr: peaks are not far enough apart.
  const PeakIndex* products() const noexcept;
  const PeakIndex* losses() const noexcept;
  /// nullptr: the same, or the library's rule is no cosine.
  const PeakIndex* cosine_products() const noexcept;

  /// nullptr: the library was made without a model, or by one that has no such vectors.
  const RowStore* spectrum_vectors() const noexcept;
  const RowStore* molecule_vectors() const noexcept;
  /// Of the model that made the vectors, and of its molecule encoder; empty: none.
  const std::string& model_fingerprint() const noexcept;
  const std::string& molecule_encoder_fingerprint() const noexcept;

 private:
  struct Impl;
  explicit SpectralLibrary(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
