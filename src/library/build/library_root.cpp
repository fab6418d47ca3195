#include "library/build/library_root.h"

#include <fmt/format.h>

#include "chem/standard_form.h"
#include "library/layout.h"
#include "library/shard.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/manifest.h"
#include "store/paths.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// Manifests of the shards of a folder, in their order.
std::vector<Manifest> shards_in(const fs::path& dir) {
  std::vector<Manifest> shards;
  for (std::size_t number = 1; fs::exists(dir / shard_folder(number)); ++number) {
    shards.push_back(Manifest::open(dir / shard_folder(number), "library-shard"));
  }
  return shards;
}

/// A number of an object within a manifest.
std::size_t number_in(const Manifest& manifest, const char* object, const char* key) {
  const Json& fields = manifest.field(object);
  if (fields.is_object() && fields.contains(key) && fields[key].is_number_unsigned()) {
    return fields[key].get<std::size_t>();
  }
  throw ArtifactError(fmt::format("{}: \"{}\" has no whole number \"{}\"; make it again",
                                  (manifest.dir() / "manifest.json").string(), object, key));
}

void write_removed(const fs::path& file, const std::vector<std::size_t>& removed) {
  if (removed.empty()) return;
  BlockWriter out(file);
  const std::vector<std::uint64_t> rows(removed.begin(), removed.end());
  out.write_values(std::span<const std::uint64_t>(rows));
  out.finish();
}

}  // namespace

void write_library_root(const fs::path& dir, const ShardRules& rules, const LibraryOrigin& origin,
                        const std::vector<std::size_t>& removed) {
  Manifest manifest = Manifest::make("library");
  Json& json = manifest.json();
  Json list = Json::array();
  std::vector<std::string> folders;
  std::size_t rows = 0;
  for (const auto& shard : shards_in(dir)) {
    folders.push_back(shard.dir().lexically_relative(dir).generic_string());
    list.push_back({{"folder", folders.back()}, {"rows", shard.number("rows")}});
    rows += shard.number("rows");
  }
  json["rows"] = rows;
  json["removed"] = removed.size();
  json["shards"] = std::move(list);
  json["dim"] = rules.dim;
  json["row_type"] = to_string(rules.row_type);
  json["shard_rows"] = rules.shard_rows;
  json["open_index"] = rules.index;
  json["molecule_encoder_fingerprint"] = rules.molecule_encoder_fingerprint;
  json["molecule_encoder_architecture"] = rules.molecule_encoder_architecture;
  json["chemistry"] = chemistry_version();
  state_standard_form(manifest);
  json["further_columns"] = rules.further_columns;
  json["counts"] = {{"read", origin.read},
                    {"duplicates", origin.duplicates},
                    {"rejected", origin.rejected},
                    {"without_vector", origin.without_vector}};
  if (origin.removed > 0) json["counts"]["removed"] = origin.removed;
  json["inputs"] = Json::array();
  for (const auto& [path, hash] : origin.inputs) {
    json["inputs"].push_back({{"path", path}, {"sha256", hash}});
  }
  if (origin.part) json["part"] = {{"number", origin.part->number}, {"of", origin.part->of}};
  write_removed(dir / layout::kRemoved, removed);
  manifest.write(dir, folders);
}

std::size_t share_shards(const fs::path& library, const fs::path& to) {
  std::size_t count = 0;
  for (; fs::exists(library / shard_folder(count + 1)); ++count) {
    const fs::path folder = to / shard_folder(count + 1);
    std::error_code failure;
    fs::create_directories(folder, failure);
    if (failure) cannot_write(folder, failure.value());
    for (const auto& entry : fs::directory_iterator(library / shard_folder(count + 1))) {
      share_file(entry.path(), folder / entry.path().filename());
    }
  }
  return count;
}

ShardRules rules_of(const Manifest& library) {
  ShardRules rules{library.number("dim"),
                   row_type_in(library),
                   library.text("open_index"),
                   library.text("molecule_encoder_fingerprint"),
                   library.text("molecule_encoder_architecture"),
                   {},
                   library.number("shard_rows")};
  for (const auto& name : library.field("further_columns")) {
    rules.further_columns.push_back(name.is_string() ? name.get<std::string>() : "");
  }
  return rules;
}

LibraryOrigin origin_of(const Manifest& library) {
  LibraryOrigin origin;
  origin.read = number_in(library, "counts", "read");
  origin.duplicates = number_in(library, "counts", "duplicates");
  origin.rejected = number_in(library, "counts", "rejected");
  origin.without_vector = number_in(library, "counts", "without_vector");
  if (library.field("counts").contains("removed")) {
    origin.removed = number_in(library, "counts", "removed");
  }
  for (const auto& input : library.field("inputs")) {
    origin.inputs.emplace_back(input.value("path", ""), input.value("sha256", ""));
  }
  if (library.json().contains("part")) {
    origin.part =
        LibraryPart{number_in(library, "part", "number"), number_in(library, "part", "of")};
  }
  return origin;
}

}  // namespace specbridge
