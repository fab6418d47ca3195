#pragma once

#include <cstddef>
#include <filesystem>

#include "ms/similarity/similarity_rule.h"
#include "specbridge/context.h"

namespace specbridge {

/// Whether peaks that were cleaned by a rule stand so far apart that each has one partner at most
/// within some tolerance: then an inverted index gives entropy scores exactly.
bool can_be_indexed(const SimilarityRule& rule);
/// Whether the index also gives the score of the rule, which is a cosine.
bool has_indexed_cosine(const SimilarityRule& rule);

/// Writes the weights of peaks in entropy scores, and the inverted indices of products and losses
/// of the spectra in a directory; those of a cosine where the rule is one that can be indexed.
/// Memory: some hundred MiB, however many there are.
/// @param spectra that its files hold, which are finished @throws OutputError, Interrupted
void write_peak_indices(const std::filesystem::path& dir, std::size_t spectra,
                        const SimilarityRule& rule, const RunContext& context);

}  // namespace specbridge
