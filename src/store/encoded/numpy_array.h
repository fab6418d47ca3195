#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/matrix.h"

namespace specbridge {

/// The header of a .npy file of version 1.0 that holds float32 [rows, width] in C order, of one
/// length (128 bytes) whatever the number of rows.
std::string npy_header(std::size_t rows, std::size_t width);

/// Reads such a file. @throws InputError when it is none
Matrix read_npy(const std::filesystem::path& path);

}  // namespace specbridge
