#include "search/matching_library.h"

#include <fmt/format.h>

#include "specbridge/error.h"

namespace specbridge {

Library open_matching_library(const std::filesystem::path& dir, const Bridge& model,
                              const std::filesystem::path& where) {
  Library library = Library::open(dir);
  if (library.molecule_encoder_fingerprint() != model.molecule_encoder_fingerprint()) {
    throw ArtifactError(fmt::format(
        "{}: was made with molecule encoder {:.12}..., but {} was trained for {:.12}...; build the "
        "library again with specbridge index --model {}",
        dir.string(), library.molecule_encoder_fingerprint(), where.string(),
        model.molecule_encoder_fingerprint(), where.string()));
  }
  if (library.dim() != model.dim()) {
    throw ArtifactError(fmt::format("{}: has vectors of {} dimensions, but {} makes {}",
                                    dir.string(), library.dim(), where.string(), model.dim()));
  }
  return library;
}

}  // namespace specbridge
