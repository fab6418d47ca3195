#pragma once

#include <string>
#include <vector>

#include "base/matrix.h"
#include "encode/spectrum_encoder.h"
#include "store/manifest.h"

namespace specbridge {

/// The TorchScript archive of an encoder. load_script_module() hashes it: what was checked is what
/// is loaded, so that verify_checksums() can leave it out.
inline constexpr const char* kNetworkFile = "model.pt";
/// How a text becomes tokens, where the network reads one.
inline constexpr const char* kTokenizerFile = "tokenizer.json";

/// What the manifest says of a spectrum encoder.
SpectrumEncoderInfo spectrum_encoder_info(const Manifest& manifest);

/// The value at a path of keys as the type asked for, e.g. {"input", "peaks"}.
/// @throws ArtifactError naming the manifest and the key when it is absent or of another type
template <typename T>
T manifest_value(const Manifest& manifest, const std::vector<std::string>& path);

/// The vectors stored under "golden". @throws ArtifactError unless there are `count` of length
/// `dim`
Matrix golden_vectors(const Manifest& manifest, std::size_t count, std::size_t dim);

}  // namespace specbridge
