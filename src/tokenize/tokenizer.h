#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace specbridge {

/// Turns text into token ids as the Hugging Face `tokenizers` library does, for the tokenizer.json
/// files of language models of SMILES (byte-level BPE with or without merges, and WordLevel with a
/// regex split) and of Llama 3. Immutable after loading, thread-safe.
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
  /// How many special tokens stand before and behind those of every text.
  std::size_t special_before() const noexcept;
  std::size_t special_behind() const noexcept;
  /// All ids are below it.
  std::int64_t id_bound() const noexcept;

 private:
  struct Impl;
  explicit Tokenizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace specbridge
