#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "bridge/projection.h"
#include "store/safetensors.h"

namespace specbridge {

inline constexpr const char* kTrainedFile = "trained.safetensors";
inline constexpr const char* kMeanTargetFile = "mean_target.f32";
inline constexpr const char* kMetricsFile = "metrics.jsonl";
/// The learned fragment score, where the model has one.
inline constexpr const char* kFragmentsFile = "fragments.safetensors";
/// First InChIKey blocks of the molecules that a model was trained on, ascending, one a line.
inline constexpr const char* kTrainingMoleculesFile = "training_molecules.txt";
inline constexpr const char* kSpectrumEncoderFolder = "spectrum-encoder";
inline constexpr const char* kMoleculeEncoderFolder = "molecule-encoder";
/// Before the names of the encoder's own parameters in kTrainedFile.
inline constexpr const char* kEncoderPrefix = "spectrum_encoder.";

/// A trainable tensor under the name it has in files.
struct Parameter {
  std::string name;
  at::Tensor tensor;
};

/// Writes trained tensors of any device, in order.
void write_trained(const std::filesystem::path& file, const std::vector<Parameter>& parameters);

/// Reads trained tensors and demands exactly the names and shapes expected.
/// @throws ArtifactError naming file, tensor, the shape found and the shape expected
std::map<std::string, NamedTensor> read_trained(const std::filesystem::path& file,
                                                const std::vector<TensorSpec>& expected);

/// A copy on the CPU.
at::Tensor to_tensor(const NamedTensor& tensor);

/// Writes kTrainingMoleculesFile into a model directory. @param keys first InChIKey blocks
void write_training_molecules(const std::filesystem::path& dir, const std::set<std::string>& keys);
/// Nothing where the model does not say.
std::unordered_set<std::string> read_training_molecules(const std::filesystem::path& dir);

/// Raw little-endian float32 numbers.
void write_vector(const std::filesystem::path& file, std::span<const float> values);
/// @throws ArtifactError when there are not `count` finite numbers
std::vector<float> read_vector(const std::filesystem::path& file, std::size_t count);

}  // namespace specbridge
