#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/matrix.h"
#include "library/build/spectra/distinct_molecules.h"
#include "library/build/spectra/sorted_spectra.h"
#include "ms/similarity/similarity_rule.h"
#include "specbridge/context.h"
#include "specbridge/row_type.h"
#include "store/output_place.h"

namespace specbridge {

/// How the folder of a spectral library is told from any other.
inline const DirectoryKind kSpectralLibrary = {"spectral-library"};

/// What decoy spectra were made of.
struct DecoyOrigin {
  std::string library_fingerprint;
  std::uint64_t seed = 1;
};

/// What the manifest of a spectral library says beside the counts that follow from its files.
struct SpectralOrigin {
  SimilarityRule rule;  ///< that spectra were cleaned by
  std::size_t read = 0, duplicates = 0, rejected = 0;
  std::vector<std::pair<std::string, std::string>> inputs;  ///< name, SHA-256
  std::map<std::string, std::size_t> licences = {};         ///< spectra by what they state
  std::string model_fingerprint = {}, molecule_encoder_fingerprint = {};  ///< empty: no vectors
  std::size_t molecule_dim = 0;            ///< 0: no vectors of molecules
  RowType row_type = RowType::f32;         ///< how vectors of spectra are kept
  std::optional<DecoyOrigin> decoys = {};  ///< absent: its spectra are those of compounds
};

/// Hands over the spectra [first, first + count) of a library, in their order.
using SpectraSlice =
    std::function<std::vector<LibrarySpectrum>(std::size_t first, std::size_t count)>;
/// The spectra that are to be written.
struct OrderedSpectra {
  std::size_t count = 0;
  SpectraSlice slice;
};
/// Those that were sorted, which must outlive the result.
OrderedSpectra in_order(const SortedSpectra& spectra);

/// Makes vectors of molecules [molecules, dim]; empty: the library gets none.
using EncodeMolecules = std::function<Matrix(std::span<const Molecule>)>;

/// Writes the molecules of a spectral library in their order, with fingerprints and vectors.
/// @return the row of each number
std::vector<std::uint32_t> write_molecules(const DistinctMolecules& molecules,
                                           const EncodeMolecules& encode,
                                           const std::filesystem::path& dir,
                                           const RunContext& context);
/// Writes spectra in their order, the inverted indices where peaks are far enough apart, and the
/// manifest.
/// @param rows of the molecules, by number
void write_spectra(const OrderedSpectra& spectra, const std::vector<std::uint32_t>& rows,
                   const SpectralOrigin& origin, const std::filesystem::path& dir,
                   const RunContext& context);

}  // namespace specbridge
