#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "encode/spectrum_encoder.h"
#include "encode/words/spectrum_words.h"

namespace specbridge {

/// A word that has a vector, and how many of the training spectra have it.
struct CountedWord {
  std::string text;
  std::uint64_t spectra = 0;
};

/// What an encoder of words consists of.
struct WordTable {
  WordRules rules;
  double unknown_share = 0.1;      ///< of a spectrum's weight that may lie on unknown words
  std::vector<CountedWord> words;  ///< in the order of the rows
  Matrix vectors;                  ///< [words, dim]
};

/// Writes a spectrum-encoder directory of the architecture "spec2vec": words.tsv (a word and its
/// count a line), words.safetensors (one tensor "vectors"), manifest.json. @param dir exists and is
/// empty @throws OutputError
void write_word_encoder(const std::filesystem::path& dir, const WordTable& table);

/// Opens such a directory: every checksum must hold, and every word have its vector.
/// The vector of a spectrum is the mean of its words' vectors by their weights, unknown words left
/// out. One whose unknown words weigh more than unknown_share of all is refused, as is one without
/// a known word. The rows of clean() are [0, 1.1], then the row of a word and its weight.
/// @throws ArtifactError
std::unique_ptr<SpectrumEncoder> load_word_encoder(const std::filesystem::path& dir);

}  // namespace specbridge
