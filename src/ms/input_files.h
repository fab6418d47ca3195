#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// Files of spectra as the user names them, and their format where it is forced.
struct SpectraInputs {
  std::vector<std::filesystem::path> paths;  ///< files, folders, "-" for standard input
  std::optional<SpectrumFormat> format;      ///< absent: told by content, for each file
};

/// Tells files of spectra from molecule tables by their content.
bool is_spectra_file(const std::filesystem::path& file);

/// The files that are named, in order: a folder stands for the files of spectra in it and below, by
/// path, those that are damaged included; hidden files are left out; files of other kinds, links to
/// folders, links that lead nowhere, pipes and devices are passed over with a warning that names
/// some.
/// @throws InputError for a folder without spectra, UsageError for "-" given twice
std::vector<std::filesystem::path> named_files(const SpectraInputs& inputs,
                                               const RunContext& context);

/// The files that the user did not name, but a folder that holds them.
std::vector<std::filesystem::path> files_in_folders(
    const std::vector<std::filesystem::path>& files,
    const std::vector<std::filesystem::path>& named);

/// What named_files() gives, each of which may be read: told before any work.
/// @throws InputError, UsageError
std::vector<std::filesystem::path> files_of(const SpectraInputs& inputs, const RunContext& context);

}  // namespace specbridge
