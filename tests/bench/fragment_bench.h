#pragma once

#include <functional>
#include <string>

#include <benchmark/benchmark.h>

namespace specbridge::bench {

/// Takes candidates apart and scores them, on pools of real spectra: those of the folder that
/// SPECBRIDGE_DATA names. @param add registers a benchmark
/// @return false where there are none
bool add_fragment_benchmarks(
    const std::function<void(const std::string&, std::function<void(benchmark::State&)>)>& add);

}  // namespace specbridge::bench
