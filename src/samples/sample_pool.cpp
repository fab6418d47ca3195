#include "specbridge/sample_pool.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::array kPools = {
    std::pair{SamplePool::mean, "mean"},
    std::pair{SamplePool::mean_deviation, "mean-deviation"},
    std::pair{SamplePool::weighted, "weighted"},
    std::pair{SamplePool::codebook, "codebook"},
    std::pair{SamplePool::words, "words"},
    std::pair{SamplePool::precursors, "precursors"},
};

}  // namespace

std::string to_string(SamplePool pool) {
  for (const auto& [value, name] : kPools) {
    if (value == pool) return name;
  }
  return {};
}

SamplePool parse_sample_pool(std::string_view name) {
  for (const auto& [value, word] : kPools) {
    if (word == name) return value;
  }
  throw UsageError(
      fmt::format("--pool: found \"{}\", expected mean, mean-deviation, weighted, codebook, words "
                  "or precursors",
                  name));
}

bool needs_model(SamplePool pool) {
  return pool != SamplePool::words && pool != SamplePool::precursors;
}

bool needs_codebook(SamplePool pool) {
  return pool == SamplePool::codebook || pool == SamplePool::words ||
         pool == SamplePool::precursors;
}

}  // namespace specbridge
