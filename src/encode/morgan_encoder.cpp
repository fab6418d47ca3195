#include "encode/morgan_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "chem/morgan.h"
#include "chem/standard_form.h"
#include "encode/encoder_manifest.h"
#include "encode/golden_check.h"
#include "encode/molecule_encoder_kinds.h"
#include "encode/morgan_table.h"
#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "store/file.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr const char* kTableFile = "idf.tsv";
constexpr const char* kHash = "xxhash64";

std::uint64_t hash_of(std::uint32_t id) {
  std::array<char, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(id >> (8 * i));
  return xxhash64({bytes.data(), bytes.size()});
}

/// What shapes a vector besides the table; its text and the table's are the fingerprint.
Json settings_of(std::size_t dim, unsigned radius) {
  return {{"architecture", "morgan"},
          {"dim", dim},
          {"input", {{"hash", kHash}, {"radius", radius}, {"weight", "log1p-count-idf"}}}};
}

std::string fingerprint_of(const Json& settings, const std::string& table_sha256) {
  return sha256(settings.dump() + "\n" + table_sha256);
}

class MorganEncoder final : public MoleculeEncoder {
 public:
  MorganEncoder(MorganTable table, std::size_t dim, unsigned radius, std::string fingerprint,
                std::size_t threads)
      : table_(std::move(table)),
        dim_(dim),
        radius_(radius),
        fingerprint_(std::move(fingerprint)),
        threads_(threads) {}

  std::size_t dim() const noexcept override { return dim_; }
  const std::string& fingerprint() const noexcept override { return fingerprint_; }
  const std::string& architecture() const noexcept override { return architecture_; }

  Matrix encode(std::span<const Molecule> molecules) const override {
    Matrix vectors(molecules.size(), dim_);
    parallel_for(molecules.size(), threads_,
                 [&](std::size_t i) { encode_one(molecules[i], vectors.row(i)); });
    return vectors;
  }

 private:
  void encode_one(const Molecule& molecule, std::span<float> vector) const {
    std::vector<double> sums(dim_, 0.0);
    for (const EnvironmentCount& environment : morgan_environments(molecule, radius_)) {
      const std::uint64_t hash = hash_of(environment.id);
      const double value = std::log1p(environment.count) * table_.weight(environment.id);
      sums[(hash >> 1) % dim_] += (hash & 1) != 0 ? -value : value;
    }
    std::transform(sums.begin(), sums.end(), vector.begin(),
                   [](double sum) { return static_cast<float>(sum); });
    if (!normalize(vector)) std::fill(vector.begin(), vector.end(), 0.0F);
  }

  MorganTable table_;
  std::size_t dim_;
  unsigned radius_;
  std::string fingerprint_;
  std::size_t threads_;
  std::string architecture_ = "morgan";
};

std::vector<Molecule> golden_molecules(const Manifest& manifest) {
  std::vector<Molecule> molecules;
  for (const auto& smiles :
       manifest_value<std::vector<std::string>>(manifest, {"golden", "smiles"})) {
    auto result = standardize(smiles);
    if (auto* molecule = std::get_if<Molecule>(&result)) {
      molecules.push_back(std::move(*molecule));
      continue;
    }
    throw ArtifactError(fmt::format("{}: golden molecule \"{}\" cannot be read: {}",
                                    (manifest.dir() / "manifest.json").string(), smiles,
                                    std::get<Rejection>(result).message));
  }
  return molecules;
}

void check_settings(const Manifest& manifest, std::size_t dim, const std::string& fingerprint) {
  const std::string where = (manifest.dir() / "manifest.json").string();
  const auto hash = manifest_value<std::string>(manifest, {"input", "hash"});
  if (hash != kHash) {
    throw ArtifactError(
        fmt::format("{}: \"input.hash\" is \"{}\", this program knows \"{}\"", where, hash, kHash));
  }
  if (dim == 0) throw ArtifactError(fmt::format("{}: \"dim\" must be above 0", where));
  if (manifest.text("fingerprint") != fingerprint) {
    throw ArtifactError(fmt::format(
        "{}: \"fingerprint\" is {:.12}..., settings and table give {:.12}...; write the "
        "encoder again",
        where, manifest.text("fingerprint"), fingerprint));
  }
}

Json golden_json(const MorganEncoder& encoder, std::span<const Molecule> molecules) {
  const Matrix vectors = encoder.encode(molecules);
  Json golden = {{"smiles", Json::array()}, {"vectors", Json::array()}};
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    golden["smiles"].push_back(molecules[i].smiles());
    golden["vectors"].push_back(std::vector<float>(vectors.row(i).begin(), vectors.row(i).end()));
  }
  return golden;
}

}  // namespace

void MorganStatistics::add(const Molecule& molecule) {
  ++molecules_;
  for (const EnvironmentCount& environment : morgan_environments(molecule, radius_)) {
    ++frequency_[environment.id];
  }
}

void write_morgan_encoder(const fs::path& dir, const MorganStatistics& statistics, std::size_t dim,
                          std::span<const Molecule> golden, Existing existing,
                          const RunContext& context) {
  if (dim == 0) throw UsageError("a morgan encoder needs a dimension above 0");
  if (statistics.molecules() == 0 || golden.empty()) {
    throw UsageError("a morgan encoder needs at least one molecule");
  }
  StagedDirectory staged(dir, kMoleculeEncoder, existing);
  write_file(staged.path() / kTableFile, to_text(statistics));
  const Json settings = settings_of(dim, statistics.radius());
  const std::string fingerprint =
      fingerprint_of(settings, sha256_of_file(staged.path() / kTableFile));
  const MorganEncoder encoder(read_morgan_table(staged.path() / kTableFile), dim,
                              statistics.radius(), fingerprint, context.threads);
  Manifest manifest = Manifest::make("molecule-encoder");
  manifest.json().update(settings);
  manifest.json()["fingerprint"] = fingerprint;
  manifest.json()["chemistry"] = chemistry_version();
  state_standard_form(manifest);
  manifest.json()["golden"] = golden_json(encoder, golden);
  manifest.write(staged.path());
  staged.commit();
}

std::unique_ptr<MoleculeEncoder> load_morgan_encoder(const Manifest& manifest,
                                                     const RunContext& context) {
  manifest.verify_checksums();
  const std::size_t dim = manifest.number("dim");
  const auto radius =
      static_cast<unsigned>(manifest_value<std::size_t>(manifest, {"input", "radius"}));
  const std::string fingerprint =
      fingerprint_of(settings_of(dim, radius), manifest.listed_sha256(kTableFile));
  check_settings(manifest, dim, fingerprint);
  auto encoder = std::make_unique<MorganEncoder>(read_morgan_table(manifest.dir() / kTableFile),
                                                 dim, radius, fingerprint, context.threads);
  const std::vector<Molecule> golden = golden_molecules(manifest);
  check_golden(encoder->encode(golden), golden_vectors(manifest, golden.size(), dim),
               GoldenDevice::cpu, (manifest.dir() / kTableFile).string());
  return encoder;
}

}  // namespace specbridge
