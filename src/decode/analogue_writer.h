#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "decode/decoder_step.h"
#include "decode/smiles_vocabulary.h"
#include "specbridge/context.h"

namespace specbridge {

/// A network that reads a molecule and writes molecules like it, from a directory of
/// tools/export/export_decoder.py --annalog. Immutable after loading, thread-safe.
class AnalogueWriter {
 public:
  /// Checks every SHA-256, the operations of the network and its golden values first.
  /// @throws ArtifactError, ResourceError
  static AnalogueWriter load(const std::filesystem::path& dir, const RunContext& context);
  ~AnalogueWriter();
  AnalogueWriter(AnalogueWriter&&) noexcept;

  const SmilesVocabulary& vocabulary() const noexcept;
  /// Tokens of a molecule that it reads, at most.
  std::size_t most_read() const noexcept;
  /// Tokens of a text that it writes, at most, its start and end not counted.
  std::size_t most_tokens() const noexcept;
  /// SHA-256, hex: equal fingerprints write alike.
  const std::string& fingerprint() const noexcept;

  /// Writes texts like a molecule, with keys and values kept. The writer must outlive it.
  /// @throws std::invalid_argument for more than most_read() tokens
  std::unique_ptr<DecoderStep> step(std::span<const Token> molecule) const;

 private:
  struct Impl;
  explicit AnalogueWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
