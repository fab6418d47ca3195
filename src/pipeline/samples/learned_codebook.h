#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "pipeline/samples/sample_reader.h"
#include "samples/codebook.h"
#include "specbridge/context.h"

namespace specbridge {

/// How a codebook is learned from samples.
struct CodebookLearning {
  SamplePool pool = SamplePool::codebook;
  std::size_t codes = 64;         ///< centres
  std::size_t least_samples = 2;  ///< that have a word; all samples where there are fewer
};

/// Spectra that centres are learned from, at most, drawn at random from all.
inline constexpr std::size_t kSpectraOfCodebook = 20'000;

/// Learns a codebook: centres of spectra of all files that can be read, or the words of their
/// spectra without those of the blanks. Memory does not grow with the spectra.
/// @throws InputError when there is no spectrum, UsageError for more codes than spectra,
/// Interrupted
Codebook learn_codebook(const SampleReader& reader, const std::vector<std::filesystem::path>& files,
                        const Blanks& blanks, const CodebookLearning& learning,
                        const RunContext& context);

}  // namespace specbridge
