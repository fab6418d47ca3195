#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"
#include "store/block_file.h"

namespace specbridge {

/// `manifest.json` of an artifact directory: what it is, what made it, and every file in it with
/// size and SHA-256. Keys that all kinds share: artifact, format_version, made_by, files.
class Manifest {
 public:
  /// Reads and checks `dir`/manifest.json: the kind is one of the known, the version is not newer
  /// than this program knows, every file is there with the size stated.
  /// @throws ArtifactError
  static Manifest open(const std::filesystem::path& dir);
  /// open() that also demands a kind: "spectrum-encoder", "molecule-encoder", "model", "library".
  static Manifest open(const std::filesystem::path& dir, const std::string& artifact);
  /// A new one for `artifact`, with version and program filled in.
  static Manifest make(const std::string& artifact);

  /// The artifact's own fields. field() throws ArtifactError naming directory and key.
  Json& json() { return json_; }
  const Json& json() const { return json_; }
  std::string text(const std::string& key) const;
  std::size_t number(const std::string& key) const;
  const Json& field(const std::string& key) const;
  std::string artifact() const { return text("artifact"); }
  const std::filesystem::path& dir() const { return dir_; }

  /// Recomputes the SHA-256 of every file. @throws ArtifactError naming file, expected and found
  void verify_checksums() const;

  /// Opens a listed block file. It is the file that was listed: one of the same size from another
  /// artifact is refused without reading it. @throws ArtifactError
  BlockFile open_block_file(const std::string& name) const;

  /// Lists every file under `dir` (but manifest.json) with size and SHA-256 and writes the
  /// manifest.
  void write(const std::filesystem::path& dir);

 private:
  std::filesystem::path dir_;
  Json json_;
};

}  // namespace specbridge
