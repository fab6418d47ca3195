#pragma once

#include <filesystem>
#include <string>
#include <vector>

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
  /// open() that also demands a kind: "spectrum-encoder", "molecule-encoder", "model", "library",
  /// "library-shard", "spectral-library", "cohort".
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

  /// Recomputes the SHA-256 of every file but of those that another check hashes.
  /// @throws ArtifactError naming file, expected and found
  void verify_checksums(const std::vector<std::string>& hashed_elsewhere = {}) const;
  /// The files of an artifact that lies in a folder of this one. Its manifest is hashed here; to
  /// check that artifact is to check the others, because it states the sums that are stated here.
  /// @throws ArtifactError when the manifest was changed, or the two contradict each other
  std::vector<std::string> files_of_part(const std::string& folder) const;
  /// The SHA-256 stated for a file. @throws ArtifactError when it is not listed
  std::string listed_sha256(const std::string& file) const;

  /// Opens a listed block file. It is the file that was listed: one of the same size from another
  /// artifact is refused without reading it. @throws ArtifactError
  BlockFile open_block_file(const std::string& name) const;

  /// Lists every file under `dir` (but manifest.json) with size and SHA-256 and writes the
  /// manifest.
  /// @param parts folders in it that are artifacts themselves: what their manifests state of their
  /// files is stated here, and the files are not read again
  void write(const std::filesystem::path& dir, const std::vector<std::string>& parts = {});

 private:
  std::filesystem::path dir_;
  Json json_;
};

/// @throws ArtifactError when a file has another SHA-256 than its manifest says
void check_sha256(const std::filesystem::path& file, const std::string& found,
                  const std::string& listed);

}  // namespace specbridge
