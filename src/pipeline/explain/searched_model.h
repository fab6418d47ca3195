#pragma once

#include <filesystem>
#include <optional>

namespace specbridge {

/// The model that a table of hits was searched with, as the record of the run beside it states it;
/// nothing where there is no such record, or where the folder does not hold that model any more. A
/// path in the record is one from the folder that the search was started in.
std::optional<std::filesystem::path> searched_model(const std::filesystem::path& hits);

}  // namespace specbridge
