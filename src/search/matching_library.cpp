#include "search/matching_library.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/database_address.h"
#include "encode/vector_precision.h"
#include "library/library.h"
#include "library/postgres/postgres_library.h"
#include "specbridge/error.h"

namespace specbridge {

std::shared_ptr<const MoleculeLibrary> open_molecule_library(
    std::span<const std::filesystem::path> places) {
  const auto database = std::ranges::find_if(
      places, [](const auto& place) { return is_database_address(place.native()); });
  if (database == places.end()) return std::make_shared<const Library>(Library::open(places));
  if (places.size() > 1) {
    throw UsageError(
        fmt::format("--library {}: a database is searched by itself; leave out the other libraries",
                    without_password(database->native())));
  }
  return std::make_shared<const PostgresLibrary>(
      PostgresLibrary::open(parse_database_address(database->native())));
}

std::shared_ptr<const MoleculeLibrary> open_matching_library(
    std::span<const std::filesystem::path> dirs, const Bridge& model,
    const std::filesystem::path& where) {
  const auto library = open_molecule_library(dirs);
  const std::filesystem::path& dir = dirs.front();
  if (library->molecule_encoder_fingerprint() != model.molecule_encoder_fingerprint()) {
    const std::string &found = library->molecule_encoder_fingerprint(),
                      &expected = model.molecule_encoder_fingerprint();
    throw ArtifactError(fmt::format(
        "{}: was made with molecule encoder {}, but {} was trained for {}; {}",
        without_password(dir.native()), short_identity(found), where.string(),
        short_identity(expected),
        remedy(found, expected,
               "build the library again with specbridge index --model " + where.string())));
  }
  if (library->dim() != model.dim()) {
    throw ArtifactError(fmt::format("{}: has vectors of {} dimensions, but {} makes {}",
                                    without_password(dir.native()), library->dim(), where.string(),
                                    model.dim()));
  }
  return library;
}

}  // namespace specbridge
