#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace specbridge {

/// One float32 tensor in host memory, row-major.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// Writes float32 tensors in the safetensors format, in the order given.
/// @throws OutputError
void write_safetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

/// Reads a safetensors file of float32 tensors, strictly: header within bounds, ranges contiguous
/// and without overlap, sizes fit shapes, every value finite.
/// @throws ArtifactError naming file and tensor
std::map<std::string, NamedTensor> read_safetensors(const std::filesystem::path& path);

}  // namespace specbridge
