#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "decode/decoder_step.h"
#include "decode/sequence_rule.h"
#include "decode/smiles_vocabulary.h"

namespace specbridge {

inline const std::vector<std::string> kWords = {
    "<start>", "<end>", "C", "O", "N", "(", ")", "=", "1", "c", "n", "o", "[nH]", "Cl", "[C@H]"};
inline const SmilesVocabulary kVocabulary(kWords);

/// Likely to end, and otherwise anything after anything.
class AnyDecoder final : public DecoderStep {
 public:
  explicit AnyDecoder(std::uint64_t seed) : random_(seed) {}
  std::size_t vocabulary() const override { return kWords.size(); }
  void begin() override {}
  Matrix next(std::span<const std::size_t> parents, std::span<const Token>) override {
    Matrix all(parents.size(), kWords.size());
    for (float& logarithm : all.values()) logarithm = static_cast<float>(-3 + random_.normal());
    for (std::size_t row = 0; row < parents.size(); ++row) all.row(row)[1] = -0.5F;
    return all;
  }

 private:
  Random random_;
};

/// The words that may follow a text.
inline std::vector<std::string> allowed(const SequenceRule& rule, const std::string& so_far) {
  std::vector<float> logarithms(kWords.size(), 0);
  rule.limit(*kVocabulary.tokens(so_far), logarithms);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (logarithms[i] == 0) words.push_back(kWords[i]);
  }
  return words;
}

}  // namespace specbridge
