// Tensor files under hostile bytes: what is read fits its shape, is finite, and is the same when it
// is written and read again.

#include <cmath>
#include <numeric>

#include "fuzz/memory_file.h"
#include "specbridge/error.h"
#include "store/safetensors.h"

namespace {

using specbridge::NamedTensor;
using specbridge::fuzz::require;

void judge(const NamedTensor& tensor) {
  std::size_t count = 1;
  for (const auto extent : tensor.shape) count *= static_cast<std::size_t>(extent);
  require(count == tensor.values.size(), "a tensor fits its shape");
  for (const float value : tensor.values) require(std::isfinite(value), "values are finite");
}

bool equal(const NamedTensor& a, const NamedTensor& b) {
  return a.name == b.name && a.shape == b.shape && a.values == b.values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const specbridge::fuzz::MemoryFile file;
  file.hold(specbridge::fuzz::text_of(data, size));
  try {
    std::vector<NamedTensor> tensors;
    for (const auto& [name, tensor] : specbridge::read_safetensors(file.path())) {
      judge(tensor);
      tensors.push_back(tensor);
    }
    specbridge::write_safetensors(file.path(), tensors);
    const auto again = specbridge::read_safetensors(file.path());
    require(again.size() == tensors.size(), "all tensors are written");
    for (const auto& tensor : tensors) require(equal(again.at(tensor.name), tensor), "unchanged");
  } catch (const specbridge::ArtifactError&) {
    // a refusal is an answer
  }
  return 0;
}
