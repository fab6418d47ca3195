#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace specbridge {

/// The bytes of a file.
/// @throws InputError when it cannot be read
std::string read_file(const std::filesystem::path& path);

/// Throws unless a file or pipe is there and may be read; nothing is read. Called before any work.
/// @throws InputError
void check_readable(const std::filesystem::path& path);

/// SHA-256 in lower-case hex.
std::string sha256(std::string_view bytes);
/// @throws InputError when the file cannot be read
std::string sha256_of_file(const std::filesystem::path& path);

/// xxHash64 of the bytes, seed 0.
std::uint64_t xxhash64(std::string_view bytes);

}  // namespace specbridge
