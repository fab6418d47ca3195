#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "library/build/shard_writer.h"
#include "store/manifest.h"

namespace specbridge {

/// One of several runs that share a list: part 2 of 8.
struct LibraryPart {
  std::size_t number = 1, of = 1;
  bool operator==(const LibraryPart&) const = default;
};

/// Where the molecules of a library come from.
struct LibraryOrigin {
  std::size_t read = 0, duplicates = 0, rejected = 0;
  /// Of the rejected: those that the molecule encoder gives no vector. They are the last rows of
  /// rejects.tsv.
  std::size_t without_vector = 0;
  std::size_t removed = 0;  ///< that were taken out since: read is rows and all the others
  std::vector<std::pair<std::string, std::string>> inputs = {};  ///< path, SHA-256
  std::optional<LibraryPart> part = {};                          ///< nothing: of whole lists
};

/// Writes manifest.json, which makes a folder with shards a library, and the list of rows that
/// count as gone.
/// @param removed rows, ascending, over all shards
void write_library_root(const std::filesystem::path& dir, const ShardRules& rules,
                        const LibraryOrigin& origin, const std::vector<std::size_t>& removed = {});

/// Puts the shards of a library into another folder, as files of both: they never change. Copies
/// them where the folders lie on different devices. @return how many there are
std::size_t share_shards(const std::filesystem::path& library, const std::filesystem::path& to);

/// What write_library_root() has written of a library. @throws ArtifactError
ShardRules rules_of(const Manifest& library);
LibraryOrigin origin_of(const Manifest& library);

}  // namespace specbridge
