#include "bridge/model_files.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little, "files are little-endian");

fs::path member_folder(const fs::path& dir, std::size_t member) {
  return member == 1 ? dir : dir / "members" / std::to_string(member);
}

void write_trained(const fs::path& file, const std::vector<Parameter>& parameters) {
  std::vector<NamedTensor> tensors;
  for (const auto& parameter : parameters) {
    const at::Tensor values = parameter.tensor.detach().to(at::kCPU, at::kFloat).contiguous();
    const float* data = values.const_data_ptr<float>();
    tensors.push_back({parameter.name, values.sizes().vec(), {data, data + values.numel()}});
  }
  write_safetensors(file, tensors);
}

std::map<std::string, NamedTensor> read_trained(const fs::path& file,
                                                const std::vector<TensorSpec>& expected) {
  auto tensors = read_safetensors(file);
  for (const auto& spec : expected) {
    const auto found = tensors.find(spec.name);
    if (found == tensors.end()) {
      throw ArtifactError(fmt::format("{}: lacks tensor {} {}, which the manifest's shape needs",
                                      file.string(), spec.name, spec.sizes));
    }
    if (found->second.shape != spec.sizes) {
      throw ArtifactError(fmt::format("{}: tensor {} has shape {}, the manifest's shape needs {}",
                                      file.string(), spec.name, found->second.shape, spec.sizes));
    }
  }
  for (const auto& [name, tensor] : tensors) {
    const bool known =
        std::any_of(expected.begin(), expected.end(),
                    [&wanted = name](const TensorSpec& spec) { return spec.name == wanted; });
    if (known) continue;
    throw ArtifactError(fmt::format("{}: tensor {} {} has no place in the manifest's shape",
                                    file.string(), name, tensor.shape));
  }
  return tensors;
}

at::Tensor to_tensor(const NamedTensor& tensor) {
  at::Tensor result = at::empty(tensor.shape, at::kFloat);
  std::copy(tensor.values.begin(), tensor.values.end(), result.mutable_data_ptr<float>());
  return result;
}

void write_training_molecules(const fs::path& dir,
                              const std::map<std::string, FingerprintBits>& molecules) {
  std::string text, bytes;
  for (const auto& [key, bits] : molecules) {
    text += key + "\n";
    std::array<unsigned char, kTrainingBits / 8> packed{};
    for (const auto bit : bits) packed[bit / 8] |= static_cast<unsigned char>(1U << bit % 8);
    bytes.append(packed.begin(), packed.end());
  }
  write_file(dir / kTrainingMoleculesFile, text);
  write_file(dir / kTrainingFingerprintsFile, bytes);
}

std::unordered_set<std::string> read_training_molecules(const fs::path& dir) {
  std::unordered_set<std::string> keys;
  std::error_code ignored;
  if (!fs::exists(dir / kTrainingMoleculesFile, ignored)) return keys;
  const std::string text = read_file(dir / kTrainingMoleculesFile);
  for (const auto line : split(text, '\n')) {
    if (!line.empty()) keys.emplace(line);
  }
  return keys;
}

std::vector<FingerprintBits> read_training_fingerprints(const fs::path& dir) {
  constexpr std::size_t kBytes = kTrainingBits / 8;
  const fs::path file = dir / kTrainingFingerprintsFile;
  std::vector<FingerprintBits> molecules;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return molecules;
  const std::string bytes = read_file(file);
  if (bytes.size() % kBytes != 0) {
    throw ArtifactError(fmt::format("{}: has {} bytes, expected {} for each molecule",
                                    file.string(), bytes.size(), kBytes));
  }
  for (std::size_t first = 0; first < bytes.size(); first += kBytes) {
    auto& bits = molecules.emplace_back();
    for (std::uint32_t bit = 0; bit < kTrainingBits; ++bit) {
      const auto byte = static_cast<unsigned char>(bytes[first + bit / 8]);
      if ((byte >> bit % 8 & 1U) != 0) bits.push_back(static_cast<std::uint16_t>(bit));
    }
  }
  return molecules;
}

void write_vector(const fs::path& file, std::span<const float> values) {
  write_file(file, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

std::vector<float> read_vector(const fs::path& file, std::size_t count) {
  std::string bytes;
  try {
    bytes = read_file(file);
  } catch (const InputError& error) {
    throw ArtifactError(error.what());
  }
  if (bytes.size() != count * sizeof(float)) {
    throw ArtifactError(fmt::format("{}: has {} bytes, expected {} float32 numbers ({} bytes)",
                                    file.string(), bytes.size(), count, count * sizeof(float)));
  }
  std::vector<float> values(count);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    throw ArtifactError(fmt::format("{}: holds values that are not finite", file.string()));
  }
  return values;
}

}  // namespace specbridge
