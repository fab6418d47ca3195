#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace specbridge {

/// Turns SMILES into token ids as the Hugging Face `tokenizers` library does, for the
/// tokenizer.json files of the ChemBERTa family: byte-level BPE with or without merges, and
/// WordLevel with a regex split. Immutable after loading, thread-safe.
class Tokenizer {
 public:
  /// @throws ArtifactError naming file and part when the file is damaged or uses something
  /// unsupported
  static Tokenizer load(const std::filesystem::path& file);
  ~Tokenizer();
  Tokenizer(Tokenizer&&) noexcept;

  /// Ids with the special tokens that the file's post-processor adds, cut to `max_tokens` in all
  /// (0: no limit).
  std::vector<std::int64_t> encode(std::string_view text, std::size_t max_tokens) const;

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace specbridge
