#include "search/matching_library.h"

#include <fmt/format.h>

#include "specbridge/error.h"

namespace specbridge {

std::optional<Library> open_fitting_library(const std::optional<std::filesystem::path>& dir,
                                            const Bridge& bridge,
                                            const std::filesystem::path& model) {
  if (!dir) return {};
  Library library = Library::open(*dir);
  if (library.molecule_encoder_fingerprint() != bridge.molecule_encoder_fingerprint()) {
    throw ArtifactError(fmt::format(
        "{}: was made with molecule encoder {:.12}..., but {} was trained for {:.12}...; build the "
        "library again with specbridge index --model {}",
        dir->string(), library.molecule_encoder_fingerprint(), model.string(),
        bridge.molecule_encoder_fingerprint(), model.string()));
  }
  if (library.dim() != bridge.dim()) {
    throw ArtifactError(fmt::format("{}: has vectors of {} dimensions, but {} makes {}",
                                    dir->string(), library.dim(), model.string(), bridge.dim()));
  }
  return library;
}

}  // namespace specbridge
