#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace specbridge {

/// The number of the open file that a path names: /dev/stdout, /dev/fd/3, a link to one of them;
/// nothing for other paths.
std::optional<int> descriptor_of(const std::filesystem::path& path);

/// Whether a path names a device, a pipe or an open file: written through, never replaced.
bool is_stream(const std::filesystem::path& path);

/// Where a path leads: through symbolic links, to a file that need not exist. A path to a device or
/// a pipe stays as it is. @throws OutputError for links that lead round in a circle
std::filesystem::path behind_links(const std::filesystem::path& path);

/// The folder that a path lies in: "." for a bare name.
std::filesystem::path folder_of(const std::filesystem::path& path);

/// A path as records of runs and artifacts state it: "~" stands for the user's home folder, whose
/// name is no business of those who get the record. Of the address of a database without passwords.
std::string recorded(const std::filesystem::path& path);
/// The path that a record states so.
std::filesystem::path as_recorded(const std::string& text);

/// @throws OutputError with the reason that errno has
[[noreturn]] void cannot_write(const std::filesystem::path& path, int error);

}  // namespace specbridge
