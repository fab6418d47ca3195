#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "bridge/projection.h"
#include "chem/morgan.h"
#include "store/safetensors.h"

namespace specbridge {

inline constexpr const char* kTrainedFile = "trained.safetensors";
inline constexpr const char* kMeanTargetFile = "mean_target.f32";
inline constexpr const char* kMetricsFile = "metrics.jsonl";
/// Where the trained files of a member of a model lie, from 1 up; those of the first lie in the
/// model directory itself.
std::filesystem::path member_folder(const std::filesystem::path& dir, std::size_t member);
/// The learned fragment score, where the model has one.
inline constexpr const char* kFragmentsFile = "fragments.safetensors";
/// First InChIKey blocks of the molecules that a model was trained on, ascending, one a line.
inline constexpr const char* kTrainingMoleculesFile = "training_molecules.txt";
/// Their Morgan fingerprints [molecules, kTrainingBits], bit b in bit b % 8 of byte b / 8, in the
/// order of the keys.
inline constexpr const char* kTrainingFingerprintsFile = "training_fingerprints.bin";
inline constexpr std::uint32_t kTrainingBits = 2048;
inline constexpr const char* kSpectrumEncoderFolder = "spectrum-encoder";
inline constexpr const char* kMoleculeEncoderFolder = "molecule-encoder";
/// The decoder, where the model has one.
inline constexpr const char* kDecoderFolder = "decoder";
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

/// Writes kTrainingMoleculesFile and kTrainingFingerprintsFile into a model directory.
/// @param molecules fingerprints of kTrainingBits by first InChIKey block
void write_training_molecules(const std::filesystem::path& dir,
                              const std::map<std::string, FingerprintBits>& molecules);
/// Nothing where the model does not say.
std::unordered_set<std::string> read_training_molecules(const std::filesystem::path& dir);
/// Empty where the model does not say. @throws ArtifactError when the file ends within a molecule
std::vector<FingerprintBits> read_training_fingerprints(const std::filesystem::path& dir);

/// Raw little-endian float32 numbers.
void write_vector(const std::filesystem::path& file, std::span<const float> values);
/// @throws ArtifactError when there are not `count` finite numbers
std::vector<float> read_vector(const std::filesystem::path& file, std::size_t count);

}  // namespace specbridge
