#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "decode/decoder_step.h"
#include "decode/sequence_rule.h"

namespace specbridge {

struct BeamOptions {
  std::size_t beams = 5;          ///< sequences that are followed at a time, and found at most
  std::size_t most_tokens = 128;  ///< of a sequence, its end not counted
};

/// A sequence without its start and end.
struct Sequence {
  std::vector<Token> tokens;
  double log_probability = 0;  ///< natural logarithm, that of the end included where there is one
  bool ended = false;          ///< false: cut off at the most tokens
};

/// Beam search, all sequences growing by a token at a time. Sequences that have ended stay among
/// the beams and compete with longer ones by their probability, which no length divides. As soon as
/// all have ended, or no token may follow, the search ends. Of equal probabilities the sequence
/// that was better before is first, then the lower token.
/// @param rule nullptr: everything may follow
/// @return the best first; those that were cut off behind all that ended
std::vector<Sequence> beam_search(DecoderStep& decoder, SpecialTokens special,
                                  const BeamOptions& options, const SequenceRule* rule = nullptr);

struct SamplingOptions {
  std::size_t sequences = 10;
  double temperature = 1;  ///< by which logarithms are divided before a token is drawn, above 0
  std::size_t most_tokens = 128;
  std::uint64_t seed = 1;
};

/// Draws sequences token by token. Sequence i depends on the seed and i alone. A sequence whose
/// rule leaves it no token, or does not accept its end, is cut off there.
/// @return in the order of drawing; their probabilities are the decoder's, at temperature 1
std::vector<Sequence> sample_sequences(DecoderStep& decoder, SpecialTokens special,
                                       const SamplingOptions& options,
                                       const SequenceRule* rule = nullptr);

}  // namespace specbridge
