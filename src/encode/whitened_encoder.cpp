#include "encode/whitened_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/parallel.h"
#include "chem/standard_form.h"
#include "encode/molecule_encoder_kinds.h"
#include "encode/vector_precision.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/file.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhiteningFile = "whitening.f32";  ///< block file: the mean, then the rows

Json settings_of_whitening(std::size_t dim, const std::string& base_fingerprint) {
  return {{"architecture", "whitened"}, {"dim", dim}, {"base_fingerprint", base_fingerprint}};
}

std::string fingerprint_of_whitening(const Json& settings, const std::string& file_sha256) {
  return sha256(settings.dump() + "\n" + file_sha256);
}

class WhitenedEncoder final : public MoleculeEncoder {
 public:
  WhitenedEncoder(std::unique_ptr<MoleculeEncoder> base, Whitening whitening,
                  std::string fingerprint, std::size_t threads)
      : base_(std::move(base)),
        whitening_(std::move(whitening)),
        fingerprint_(std::move(fingerprint)),
        architecture_("whitened " + base_->architecture()),
        threads_(threads) {}

  std::size_t dim() const noexcept override { return whitening_.dim(); }
  const std::string& fingerprint() const noexcept override { return fingerprint_; }
  const std::string& architecture() const noexcept override { return architecture_; }

  Matrix encode(std::span<const Molecule> molecules) const override {
    const Matrix given = base_->encode(molecules);
    Matrix seen(given.rows(), dim());
    parallel_for(given.rows(), threads_, [&](std::size_t i) {
      const bool nothing = std::ranges::all_of(given.row(i), [](float x) { return x == 0; });
      if (!nothing) whitening_.apply(given.row(i), seen.row(i));
    });
    return seen;
  }

 private:
  std::unique_ptr<MoleculeEncoder> base_;
  Whitening whitening_;
  std::string fingerprint_, architecture_;
  std::size_t threads_;
};

Whitening read_whitening(const Manifest& manifest, std::size_t base_dim) {
  const BlockFile file = manifest.open_block_file(kWhiteningFile);
  const std::size_t dim = manifest.number("dim"), numbers = file.size() / sizeof(float);
  const bool centred = numbers == base_dim && dim == base_dim;
  if (file.size() % sizeof(float) != 0 || (!centred && numbers != (dim + 1) * base_dim)) {
    throw ArtifactError(
        fmt::format("{}: does not hold {} directions of {} numbers; train the model again",
                    file.path().string(), dim, base_dim));
  }
  const auto values = file.values<float>(0, numbers);
  Whitening whitening;
  whitening.mean.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(base_dim));
  if (centred) return whitening;
  whitening.rows = Matrix(dim, base_dim);
  std::ranges::copy(values.subspan(base_dim), whitening.rows.values().begin());
  return whitening;
}

}  // namespace

void write_whitened_encoder(const fs::path& base, const Whitening& whitening, const fs::path& to) {
  const Manifest of_base = Manifest::open(base, "molecule-encoder");
  fs::create_directories(to / kBaseEncoderFolder);
  copy_files(base, to / kBaseEncoderFolder, [](const fs::path&) { return true; });
  BlockWriter file(to / kWhiteningFile);
  file.write_values<float>(whitening.mean);
  file.write_values<float>(whitening.rows.values());
  file.finish();
  const Json settings = settings_of_whitening(whitening.dim(), of_base.text("fingerprint"));
  Manifest manifest = Manifest::make("molecule-encoder");
  manifest.json().update(settings);
  manifest.json()["fingerprint"] =
      fingerprint_of_whitening(settings, sha256_of_file(to / kWhiteningFile));
  state_standard_form(manifest);
  manifest.write(to, {kBaseEncoderFolder});
}

std::unique_ptr<MoleculeEncoder> load_whitened_encoder(const Manifest& manifest,
                                                       const RunContext& context) {
  manifest.verify_checksums();
  const fs::path base_dir = manifest.dir() / kBaseEncoderFolder;
  auto base = load_molecule_encoder(base_dir, context);
  const Json settings = settings_of_whitening(
      manifest.number("dim"), Manifest::open(base_dir, "molecule-encoder").text("fingerprint"));
  const std::string fingerprint =
      fingerprint_of_whitening(settings, manifest.listed_sha256(kWhiteningFile));
  if (manifest.text("fingerprint") != fingerprint) {
    throw ArtifactError(fmt::format(
        "{}: its \"fingerprint\" is not that of its encoder and its {}; train the model again",
        (manifest.dir() / "manifest.json").string(), kWhiteningFile));
  }
  Whitening whitening = read_whitening(manifest, base->dim());
  return std::make_unique<WhitenedEncoder>(
      std::move(base), std::move(whitening),
      vectors_of_molecule_encoder(manifest.dir(), context.precision), context.threads);
}

}  // namespace specbridge
