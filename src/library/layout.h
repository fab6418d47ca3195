#pragma once

namespace specbridge::layout {

/// Files of a library directory, all block files (store/block_file.h) but the manifest.
constexpr const char* kVectors = "vectors.f32";  ///< [rows, dim] float32
constexpr const char* kMasses = "masses.f64";    ///< [rows] float64, ascending
constexpr const char* kOffsets = "offsets.u64";  ///< [rows + 1] where a row's text begins
/// [rows] lines: id, SMILES, InChIKey, formula, charge, name, and the further columns
constexpr const char* kMolecules = "molecules.bin";
constexpr const char* kIndex = "index.faiss";  ///< FAISS's own format

}  // namespace specbridge::layout
