#pragma once

#include <filesystem>
#include <optional>

namespace specbridge {

/// The model that a table of hits was searched with, as the record of the run beside it states it;
/// nothing where there is no such record, or where the folder does not hold that model any more. A
/// path in the record is one from the folder that the search was started in.
std::optional<std::filesystem::path> searched_model(const std::filesystem::path& hits);

/// Whether the answers of a table are those of library spectra, as the record of its run says.
bool answered_by_spectra(const std::filesystem::path& hits);

/// Whether a directory holds a model that knows no molecules.
bool knows_spectra_alone(const std::filesystem::path& model);

}  // namespace specbridge
