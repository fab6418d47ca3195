#pragma once

#include <torch/script.h>

#include <filesystem>
#include <string>

namespace specbridge {

/// Loads a TorchScript archive onto the device, in evaluation mode, after checking that its bytes
/// have the SHA-256 given (they are read once, so what is checked is what is run) and that its code
/// uses allowed operations only. Code that would run while the archive is read (`__setstate__`) is
/// refused unread.
/// @throws ArtifactError naming the file and what is wrong; ResourceError for memory and devices
torch::jit::Module load_script_module(const std::filesystem::path& file, const std::string& sha256,
                                      const c10::Device& device);

}  // namespace specbridge
