#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "decode/decoder_step.h"
#include "decode/smiles_vocabulary.h"
#include "ms/preprocess.h"
#include "specbridge/context.h"

namespace specbridge {

/// What a decoder is told of a spectrum. Where the vector is empty it is told nothing, and writes
/// molecules as it has learned them.
struct DecoderInput {
  std::vector<float> vector;  ///< of the spectrum in the space of molecules [molecule_dim]
  PeakRows peaks;             ///< as the model cleans them
  Matrix candidates;          ///< vectors of the nearest molecules [any number, molecule_dim]
};

/// A network that writes SMILES word by word, from a directory of tools/export/export_decoder.py or
/// of a training. Immutable after loading, thread-safe.
class Decoder {
 public:
  /// Checks every SHA-256, the operations of the network and its golden values first.
  /// @throws ArtifactError, ResourceError
  static Decoder load(const std::filesystem::path& dir, const RunContext& context);
  ~Decoder();
  Decoder(Decoder&&) noexcept;

  const SmilesVocabulary& vocabulary() const noexcept;
  std::size_t molecule_dim() const noexcept;
  /// Tokens of a text at most, its start and end not counted.
  std::size_t most_tokens() const noexcept;
  /// SHA-256, hex: equal fingerprints write alike.
  const std::string& fingerprint() const noexcept;

  /// Writes texts for a spectrum, with keys and values kept. The decoder must outlive it.
  /// @throws std::invalid_argument for vectors of another length
  std::unique_ptr<DecoderStep> step(const DecoderInput& input) const;
  /// Natural logarithms of the probabilities of whole texts, their ends included; of one with too
  /// many tokens minus infinity. A text has the same bits in any company.
  std::vector<double> log_likelihoods(const DecoderInput& input,
                                      std::span<const std::vector<Token>> texts) const;

 private:
  struct Impl;
  explicit Decoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
