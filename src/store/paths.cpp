#include "store/paths.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "base/database_address.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr int kMostLinks = 40;  // as many as Linux follows

}  // namespace

void cannot_write(const fs::path& path, int error) {
  throw OutputError(fmt::format("{}: cannot be written ({})", path.string(), std::strerror(error)));
}

fs::path folder_of(const fs::path& path) {
  const fs::path parent = (path.has_filename() ? path : path.parent_path()).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

std::optional<int> descriptor_of(const fs::path& path) {
  std::error_code failure;
  fs::path place = path;
  for (int links = 0; links <= kMostLinks && place.has_filename(); ++links) {
    const std::string folder = fs::canonical(folder_of(place), failure).string();
    const bool own = folder.starts_with(fmt::format("/proc/{}/", getpid()));  // threads' as well
    const std::string name = place.filename().string();
    const bool number = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    if (own && folder.ends_with("/fd") && number && name.size() < 9) return std::stoi(name);
    if (!fs::is_symlink(place, failure)) return {};
    place = folder_of(place) / fs::read_symlink(place, failure);
  }
  return {};
}

bool is_stream(const fs::path& path) {
  std::error_code failure;
  if (descriptor_of(path)) return true;
  const auto type = fs::status(path, failure).type();
  return type == fs::file_type::character || type == fs::file_type::block ||
         type == fs::file_type::fifo || type == fs::file_type::socket;
}

fs::path behind_links(const fs::path& path) {
  // What /dev/stdout leads to has no name of its own.
  if (is_stream(path)) return path;
  fs::path place = path.has_filename() ? path : path.parent_path();
  std::error_code failure;
  for (int links = 0; fs::is_symlink(place, failure); ++links) {
    if (links == kMostLinks) cannot_write(path, ELOOP);
    place = folder_of(place) / fs::read_symlink(place, failure);
  }
  return place;
}

std::string recorded(const fs::path& path) {
  if (is_database_address(path.native())) return without_password(path.native());
  const char* home = std::getenv("HOME");
  const std::string_view folder = home == nullptr ? "" : home;
  if (folder.size() < 2 || !folder.starts_with('/')) return path.string();
  const std::string_view text = path.native();
  const std::string_view rest = text.substr(std::min(folder.size(), text.size()));
  if (!text.starts_with(folder) || (!rest.empty() && !rest.starts_with('/'))) return path.string();
  return fmt::format("~{}", rest);
}

fs::path as_recorded(const std::string& text) {
  const char* home = std::getenv("HOME");
  const bool in_home = text == "~" || text.starts_with("~/");
  return in_home && home != nullptr ? fs::path(home + text.substr(1)) : fs::path(text);
}

}  // namespace specbridge
