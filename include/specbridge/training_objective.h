#pragma once

#include <optional>
#include <string_view>

namespace specbridge {

/// What a training is for: what the vector of a spectrum is to be near to, what it is made of, a
/// decoder beside it, or an encoder to begin with.
enum class TrainingObjective {
  bridge,         ///< the vector of its molecule: molecules are searched with it
  similarity,     ///< the vectors of other spectra of its molecule: spectra are searched with it
  generate,       ///< a decoder that writes molecules for a model of the first kind
  spec2vec,       ///< the mean of the vectors of its peaks: spectra are searched with it
  masked_tokens,  ///< an encoder of spectra as text, to be trained by "similarity" afterwards
};

/// "bridge", "similarity", "generate", "spec2vec" or "masked-tokens", as configurations and
/// manifests say.
std::string_view to_string(TrainingObjective objective);
/// Nothing for any other word.
std::optional<TrainingObjective> parse_objective(std::string_view word);
/// @throws UsageError that begins with `where`, for any other word
TrainingObjective objective_named(std::string_view word, std::string_view where);

}  // namespace specbridge
