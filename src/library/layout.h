#pragma once

namespace specbridge::layout {

/// A library directory holds its rows in shards: folders `shards/0001`, ... Their files, and those
/// below, are block files (store/block_file.h) but the manifests.
constexpr const char* kShards = "shards";
constexpr const char* kRemoved = "removed.u64";  ///< rows that count as gone, ascending
constexpr const char* kRejects = "rejects.tsv";

/// Files of a shard.
/// "vectors.f32|f16|i8" and "scales.f32": index/row_writer.h
constexpr const char* kMasses = "masses.f64";      ///< [rows] float64, ascending
constexpr const char* kKeys = "keys.u64";          ///< [rows, 2] the structure as a number
constexpr const char* kFormulas = "formulas.u64";  ///< [rows] xxHash64 of the formula, see below
/// [rows] lines: id, SMILES, InChIKey, formula, charge, name, and the further columns
/// (store/encoded/packed_lines.h)
constexpr const char* kMolecules = "molecules.lines";
/// "index.signs" or "index.faiss": index/vector_index.h

}  // namespace specbridge::layout
