#pragma once

#include <filesystem>

#include "fragments/fragment_model.h"

namespace specbridge {

/// Writes the weights of a learned fragment score as safetensors. @throws OutputError
void write_fragment_model(const std::filesystem::path& file, const FragmentModel& model);
/// The same with one byte a weight: float8 (store/number_type.h), the largest weight near the end
/// of its range.
void write_rounded_fragment_model(const std::filesystem::path& file, const FragmentModel& model);

/// @throws ArtifactError when the file holds anything else
FragmentModel read_fragment_model(const std::filesystem::path& file);

}  // namespace specbridge
