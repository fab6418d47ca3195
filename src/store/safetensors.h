#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "store/number_type.h"

namespace specbridge {

/// One float32 tensor in host memory, row-major, and what its numbers are in a file.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
  NumberType stored = NumberType::float32;
};

/// Writes tensors in the safetensors format, in the order given, their numbers rounded to what they
/// are stored as. @throws OutputError
void write_safetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

/// Reads a safetensors file of tensors of any NumberType, strictly: header within bounds, ranges
/// contiguous and without overlap, sizes fit shapes, every value finite.
/// @throws ArtifactError naming file and tensor
std::map<std::string, NamedTensor> read_safetensors(const std::filesystem::path& path);

}  // namespace specbridge
