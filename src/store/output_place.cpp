#include "store/output_place.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/partial.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kManifest = "manifest.json";

void check_place(const fs::path& path, Existing existing) {
  std::error_code ignored;
  if (existing == Existing::refuse && fs::exists(path, ignored)) {
    throw OutputError(fmt::format(
        "{}: exists already; choose another name or replace it with --force", path.string()));
  }
  const fs::path folder = folder_of(behind_links(path));
  if (!fs::is_directory(folder, ignored)) {
    throw OutputError(
        fmt::format("{}: the folder {} does not exist", path.string(), folder.string()));
  }
  if (access(folder.c_str(), W_OK) != 0) cannot_write(folder, errno);
}

/// The manifest of an artifact that the program or its exporters wrote; nothing for other files.
std::optional<Json> manifest_of(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_regular_file(folder / kManifest, ignored)) return {};
  try {
    Json json = parse_json(read_file(folder / kManifest), std::string(kManifest));
    const bool ours = json.is_object() && json.contains("artifact") &&
                      json["artifact"].is_string() && json.contains("made_by") &&
                      json.contains("files") && json["files"].is_object();
    if (ours) return json;
  } catch (const Error&) {
  }
  return {};
}

/// Whether an entry of an artifact is one of its files, or a folder that one of them lies in.
bool is_part(const fs::directory_entry& entry, const std::string& name,
             const std::vector<std::string>& names) {
  if (!entry.is_directory()) return std::ranges::find(names, name) != names.end();
  return !entry.is_symlink() && std::ranges::any_of(names, [&](const std::string& file) {
    return file.starts_with(name + "/");
  });
}

/// Why a folder is not replaced; empty when it may be.
std::string why_kept(const fs::path& folder, const DirectoryKind& kind) {
  constexpr const char* kForeign = "is not an output of specbridge, --force does not replace it";
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return kForeign;
  if (fs::is_empty(folder, ignored)) return {};
  auto names = kind.files;
  if (names.empty()) {
    const auto manifest = manifest_of(folder);
    if (!manifest) return kForeign;
    const auto artifact = (*manifest)["artifact"].get<std::string>();
    if (artifact != kind.name) {
      return fmt::format("is a {}, --force replaces only a {}", artifact, kind.name);
    }
    for (const auto& [name, entry] : (*manifest)["files"].items()) names.push_back(name);
    names.emplace_back(kManifest);
  } else if (!fs::exists(folder / names.front(), ignored)) {
    return kForeign;
  }
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).generic_string();
    if (is_part(entry, name, names)) continue;
    if (kind.may_hold != nullptr && entry.is_regular_file() && kind.may_hold(name)) continue;
    return fmt::format("holds {}, which is no part of a {}; --force does not replace it", name,
                       kind.name);
  }
  return {};
}

/// Whether two names, of files that need not exist, are one place.
bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return a != "-" && b != "-" &&
         (fs::weakly_canonical(a, ignored) == fs::weakly_canonical(b, ignored) ||
          fs::equivalent(a, b, ignored));
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  std::error_code ignored;
  const fs::path inner = fs::weakly_canonical(path, ignored);
  fs::path outer = fs::weakly_canonical(folder, ignored);
  if (!outer.has_filename()) outer = outer.parent_path();
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// An artifact would no longer be whole, and --force would lose what was written into it.
void check_outside_artifacts(const fs::path& output) {
  std::error_code ignored;
  const fs::path place = fs::weakly_canonical(fs::absolute(behind_links(output)), ignored);
  for (fs::path folder = folder_of(place); folder.has_relative_path();
       folder = folder.parent_path()) {
    const auto manifest = manifest_of(folder);
    if (!manifest) continue;
    throw OutputError(fmt::format("{}: lies inside the {} {}; choose another place",
                                  output.string(), (*manifest)["artifact"].get<std::string>(),
                                  folder.filename().string()));
  }
}

[[noreturn]] void would_be_replaced(const fs::path& input) {
  throw UsageError(
      fmt::format("{}: is an input and would be replaced; name another output", input.string()));
}

/// Neither of two outputs that are one file, nor an input, is worth losing.
void check_distinct(const std::vector<Output>& outputs, const std::vector<fs::path>& inputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const fs::path& output = outputs[i].path;
    if (is_stream(output)) continue;
    for (std::size_t other = 0; other < i; ++other) {
      if (!same_place(output, outputs[other].path)) continue;
      throw UsageError(
          fmt::format("{}: is to hold two outputs; name a file for each", output.string()));
    }
    for (const auto& input : inputs) {
      if (same_place(output, input)) would_be_replaced(output);
    }
  }
}

void clear(const fs::path& output, const RunContext& context) {
  for (const auto& leftover : clear_leftovers(behind_links(output))) {
    context.warning(fmt::format("{}: cleared away, a run that was killed had left it behind",
                                leftover.string()));
  }
}

}  // namespace

void check_output(const fs::path& path, Existing existing) {
  if (const auto descriptor = descriptor_of(path)) {
    const int flags = fcntl(*descriptor, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) cannot_write(path, EBADF);
    return;
  }
  if (is_stream(path)) {
    if (access(path.c_str(), W_OK) != 0) cannot_write(path, errno);
    return;
  }
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw OutputError(
        fmt::format("{}: is a folder; expected the name of a file to write", path.string()));
  }
  check_place(path, existing);
}

void check_output_directory(const fs::path& path, const DirectoryKind& kind, Existing existing) {
  check_place(path, existing);
  std::error_code ignored;
  const fs::path place = behind_links(path);
  if (!fs::exists(place, ignored)) return;
  const std::string reason = why_kept(place, kind);
  if (reason.empty()) return;
  throw OutputError(fmt::format("{}: {}; choose another name", path.string(), reason));
}

void claim_outputs(const std::vector<Output>& outputs, const std::vector<fs::path>& inputs,
                   const RunContext& context) {
  for (const auto& [path, existing] : outputs) {
    if (path == "-") continue;
    check_output(path, existing);
    if (!is_stream(path)) check_outside_artifacts(path);
  }
  check_distinct(outputs, inputs);
  for (const auto& output : outputs) {
    if (output.path != "-" && !is_stream(output.path)) clear(output.path, context);
  }
}

void claim_directory(const fs::path& folder, const DirectoryKind& kind,
                     const std::vector<fs::path>& inputs, Existing existing,
                     const RunContext& context) {
  clear(folder, context);  // an old folder that is out of its place counts as being there
  check_output_directory(folder, kind, existing);
  check_outside_artifacts(folder);
  for (const auto& input : inputs) {
    if (input != "-" && lies_in(input, behind_links(folder))) would_be_replaced(input);
  }
}

}  // namespace specbridge
