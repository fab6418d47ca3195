#pragma once

#include <torch/script.h>

#include <filesystem>
#include <set>
#include <string>

namespace specbridge {

/// Loads a TorchScript archive onto the device, in evaluation mode, after checking that its bytes
/// have the SHA-256 given (they are read once, so what is checked is what is run) and that its code
/// uses allowed operations only. Code that would run while the archive is read (`__setstate__`) is
/// refused unread. Parameters stored as bfloat16 become float32.
/// @throws ArtifactError naming the file and what is wrong; ResourceError for memory and devices
torch::jit::Module load_script_module(const std::filesystem::path& file, const std::string& sha256,
                                      const c10::Device& device);

/// Rounds some of the parameters of a module, by name, to bfloat16; they stay float32 tensors.
void round_to_bfloat16(const torch::jit::Module& module, const std::set<std::string>& parameters);
/// Writes an archive that load_script_module() reads, with these parameters stored as bfloat16.
/// @throws OutputError
void write_script_module(const torch::jit::Module& module, const std::set<std::string>& parameters,
                         const std::filesystem::path& file);

}  // namespace specbridge
