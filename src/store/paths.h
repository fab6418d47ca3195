#pragma once

#include <filesystem>

namespace specbridge {

/// Whether a path names a device or a pipe: written through, never replaced.
bool is_stream(const std::filesystem::path& path);

/// Where a path leads: through symbolic links, to a file that need not exist.
std::filesystem::path behind_links(const std::filesystem::path& path);

/// The folder that a path lies in: "." for a bare name.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// @throws OutputError with the reason that errno has
[[noreturn]] void cannot_write(const std::filesystem::path& path, int error);

}  // namespace specbridge
