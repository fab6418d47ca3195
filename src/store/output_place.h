#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"

namespace specbridge {

/// A kind of folder that the program writes whole, and how one is told from any other.
struct DirectoryKind {
  std::string name;  ///< "library", "report": what messages call it, and the manifest's artifact
  /// All files that one may hold, the first of which is always there. Empty: an artifact, whose
  /// manifest.json lists them.
  std::vector<std::string> files = {};
  /// Whether a further file may be there whose name depends on what was read; nullptr: none may.
  bool (*may_hold)(std::string_view name) = nullptr;
};

/// Throws unless the file `path` can be written: its folder must exist, and it must not exist
/// itself unless it may be replaced; a folder never is. Devices and pipes can always be written to.
/// @throws OutputError
void check_output(const std::filesystem::path& path, Existing existing);

/// What check_output() does, for a folder. Only an empty one, and one of this kind that holds
/// nothing but what the program has written, may be replaced: a mistyped name must not cost other
/// files. @throws OutputError
void check_output_directory(const std::filesystem::path& path, const DirectoryKind& kind,
                            Existing existing);

/// A file that a run is to write. "-" is standard output.
struct Output {
  std::filesystem::path path;
  Existing existing = Existing::refuse;
};

/// Checks the outputs before any work: each can be written, no two are one file, none is an input
/// or lies inside an artifact. Clears away what killed runs have left of them, and says so.
/// @throws OutputError, UsageError
void claim_outputs(const std::vector<Output>& outputs,
                   const std::vector<std::filesystem::path>& inputs, const RunContext& context);
/// The same for a run that writes one folder. No input may lie in it.
void claim_directory(const std::filesystem::path& folder, const DirectoryKind& kind,
                     const std::vector<std::filesystem::path>& inputs, Existing existing,
                     const RunContext& context);

}  // namespace specbridge
