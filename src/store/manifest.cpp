#include "store/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "specbridge/context.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/file.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kFormatVersion = 1;
constexpr std::array kArtifacts = {
    "spectrum-encoder", "molecule-encoder", "decoder",          "molecule-writer", "model",
    "library",          "library-shard",    "spectral-library", "cohort"};

bool is_plain_relative(const std::string& name) {
  const fs::path path(name);
  return !name.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

/// Runs `read`; what cannot be read of an artifact is the artifact's fault, not the input's.
template <typename Read>
auto of_artifact(Read&& read) {
  try {
    return read();
  } catch (const InputError& error) {
    throw ArtifactError(error.what());
  }
}

constexpr const char* kOwnChecksum = "manifest_sha256";

/// SHA-256 of a manifest's text with zeros in place of the checksum that it states of itself.
std::string own_checksum(std::string text, const std::string& stated) {
  const auto at = text.find(stated);
  if (at != std::string::npos) text.replace(at, stated.size(), stated.size(), '0');
  return sha256(text);
}

void check_own_checksum(const fs::path& file, const Json& json) {
  const auto stated = json.find(kOwnChecksum);
  if (stated == json.end() || !stated->is_string()) {
    throw ArtifactError(fmt::format(
        "{}: lacks \"{}\"; it was damaged, or written by an older program: make it again",
        file.string(), kOwnChecksum));
  }
  const auto expected = stated->get<std::string>();
  const std::string found = own_checksum(read_file(file), expected);
  if (found == expected) return;
  throw ArtifactError(
      fmt::format("{}: SHA-256 is {:.12}..., it states {:.12}...; the file was changed or damaged, "
                  "make or copy it again",
                  file.string(), found, expected));
}

constexpr const char* kRoot = "root";

std::string root_text(const BlockFile& file) {
  return fmt::format("{:016x}", file.root());
}

std::string describe(std::uintmax_t bytes) {
  return with_thousands(bytes) + " bytes";
}

}  // namespace

Manifest Manifest::make(const std::string& artifact) {
  Manifest manifest;
  manifest.json_ = {{"artifact", artifact},
                    {"format_version", kFormatVersion},
                    {"made_by", {{"program", "specbridge"}, {"version", program_version()}}}};
  return manifest;
}

Manifest Manifest::open(const fs::path& dir) {
  const fs::path file = dir / "manifest.json";
  std::error_code ignored;
  if (!fs::exists(dir, ignored)) {
    throw ArtifactError(fmt::format("{}: does not exist", dir.string()));
  }
  if (!fs::is_regular_file(file, ignored)) {
    throw ArtifactError(fmt::format(
        "{}: has no manifest.json; expected an encoder, model or library directory", dir.string()));
  }
  Manifest manifest;
  manifest.dir_ = dir;
  manifest.json_ = of_artifact([&] { return parse_json(read_file(file), file.string()); });
  if (!manifest.json_.is_object()) {
    throw ArtifactError(fmt::format("{}: expected a JSON object", file.string()));
  }
  const std::string artifact = manifest.text("artifact");
  if (std::find(kArtifacts.begin(), kArtifacts.end(), artifact) == kArtifacts.end()) {
    throw ArtifactError(
        fmt::format("{}: unknown kind of artifact \"{}\"", file.string(), artifact));
  }
  const std::size_t version = manifest.number("format_version");
  if (version > kFormatVersion) {
    throw ArtifactError(
        fmt::format("{}: written in format {}, this program reads up to {}; use a newer specbridge",
                    file.string(), version, kFormatVersion));
  }
  if (!manifest.field("files").is_object()) {
    throw ArtifactError(fmt::format("{}: \"files\" is not an object", file.string()));
  }
  check_own_checksum(file, manifest.json_);
  for (const auto& [name, entry] : manifest.field("files").items()) {
    if (!is_plain_relative(name)) {
      throw ArtifactError(
          fmt::format("{}: file name \"{}\" leaves the directory", file.string(), name));
    }
    if (!entry.is_object() || !entry.contains("size") || !entry["size"].is_number_unsigned() ||
        !entry.contains("sha256") || !entry["sha256"].is_string()) {
      throw ArtifactError(fmt::format("{}: \"{}\" lacks size or sha256", file.string(), name));
    }
    std::error_code failure;
    const auto size = fs::file_size(dir / name, failure);
    if (failure) throw ArtifactError(fmt::format("{}: is missing", (dir / name).string()));
    if (size != entry["size"].get<std::uintmax_t>()) {
      throw ArtifactError(fmt::format("{}: has {}, its manifest says {}; make or copy it again",
                                      (dir / name).string(), describe(size),
                                      describe(entry["size"].get<std::uintmax_t>())));
    }
  }
  return manifest;
}

Manifest Manifest::open(const fs::path& dir, const std::string& artifact) {
  Manifest manifest = open(dir);
  if (manifest.artifact() != artifact) {
    throw ArtifactError(
        fmt::format("{}: is a {}, expected a {}", dir.string(), manifest.artifact(), artifact));
  }
  return manifest;
}

const Json& Manifest::field(const std::string& key) const {
  const auto it = json_.find(key);
  if (it == json_.end()) {
    throw ArtifactError(fmt::format("{}: lacks \"{}\"", (dir_ / "manifest.json").string(), key));
  }
  return *it;
}

std::string Manifest::text(const std::string& key) const {
  const Json& value = field(key);
  if (!value.is_string()) {
    throw ArtifactError(
        fmt::format("{}: \"{}\" is not a text", (dir_ / "manifest.json").string(), key));
  }
  return value.get<std::string>();
}

std::size_t Manifest::number(const std::string& key) const {
  const Json& value = field(key);
  if (!value.is_number_unsigned()) {
    throw ArtifactError(
        fmt::format("{}: \"{}\" is not a whole number", (dir_ / "manifest.json").string(), key));
  }
  return value.get<std::size_t>();
}

void check_sha256(const fs::path& file, const std::string& found, const std::string& listed) {
  if (found == listed) return;
  throw ArtifactError(
      fmt::format("{}: SHA-256 is {:.12}..., its manifest says {:.12}...; the file was changed or "
                  "damaged, make or copy it again",
                  file.string(), found, listed));
}

void Manifest::verify_checksums(const std::vector<std::string>& hashed_elsewhere) const {
  for (const auto& [name, entry] : field("files").items()) {
    if (std::ranges::find(hashed_elsewhere, name) != hashed_elsewhere.end()) continue;
    const fs::path path = dir_ / name;
    check_sha256(path, of_artifact([&] { return sha256_of_file(path); }), listed_sha256(name));
  }
}

std::vector<std::string> Manifest::files_of_part(const std::string& folder) const {
  std::vector<std::string> names = {folder + "/manifest.json"};
  const fs::path file = dir_ / names.front();
  check_sha256(file, of_artifact([&] { return sha256_of_file(file); }),
               listed_sha256(names.front()));
  const Manifest part = open(dir_ / folder);
  for (const auto& [name, entry] : part.field("files").items()) {
    names.push_back(folder + "/" + name);
    const std::string here = listed_sha256(names.back()), there = part.listed_sha256(name);
    if (here == there) continue;
    throw ArtifactError(fmt::format(
        "{}: its manifest says SHA-256 {:.12}..., that of {} says {:.12}...; they do not belong "
        "together, copy the whole directory again",
        (dir_ / names.back()).string(), there, dir_.string(), here));
  }
  return names;
}

std::string Manifest::listed_sha256(const std::string& file) const {
  const Json& files = field("files");
  const auto entry = files.find(file);
  if (entry != files.end()) return (*entry)["sha256"].get<std::string>();
  throw ArtifactError(fmt::format("{}: does not list {}; make or copy it again",
                                  (dir_ / "manifest.json").string(), file));
}

BlockFile Manifest::open_block_file(const std::string& name) const {
  const Json& files = field("files");
  const auto entry = files.find(name);
  if (entry == files.end() || !entry->contains(kRoot)) {
    throw ArtifactError(fmt::format("{}: lists no {} with its \"{}\"; make it again",
                                    (dir_ / "manifest.json").string(), name, kRoot));
  }
  BlockFile file(dir_ / name);
  if ((*entry)[kRoot] != root_text(file)) {
    throw ArtifactError(fmt::format(
        "{}: is a file of another {}, its checksums are not those that the manifest states; make "
        "or copy it again",
        (dir_ / name).string(), artifact()));
  }
  return file;
}

void Manifest::write(const fs::path& dir, const std::vector<std::string>& parts) {
  Json files = Json::object();
  for (const auto& part : parts) {
    const Manifest listed = open(dir / part);
    for (const auto& [name, entry] : listed.field("files").items()) {
      files[part + "/" + name] = entry;
    }
  }
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().lexically_relative(dir).generic_string();
    if (name == "manifest.json" || files.contains(name)) continue;
    files[name] = {{"size", entry.file_size()}, {"sha256", sha256_of_file(entry.path())}};
    if (BlockFile::is_one(entry.path())) files[name][kRoot] = root_text(BlockFile(entry.path()));
  }
  json_["files"] = std::move(files);
  dir_ = dir;
  json_[kOwnChecksum] = std::string(64, '0');
  json_[kOwnChecksum] = sha256(pretty(json_));
  write_file(dir / "manifest.json", pretty(json_));
}

}  // namespace specbridge
