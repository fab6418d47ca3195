#pragma once

#include <benchmark/benchmark.h>

#include <filesystem>
#include <functional>
#include <string>

namespace specbridge::bench {

/// What a decoder writes for a spectrum by beam search, told of 40 candidates and 60 peaks: with
/// keys and values kept, and with every place of every text computed anew at each word; and the
/// likelihoods of 256 texts. All texts have 50 words, whatever the weights say.
/// @param dir of the decoder @param add registers a benchmark
void add_decoder_benchmarks(
    const std::filesystem::path& dir,
    const std::function<void(const std::string&, std::function<void(benchmark::State&)>)>& add);

}  // namespace specbridge::bench
