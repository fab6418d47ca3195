#include "bridge/bridge.h"

#include <ATen/ATen.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "bridge/embedding.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "bridge/trained_member.h"
#include "encode/trainable_encoder.h"
#include "encode/vector_precision.h"
#include "encode/words/word_encoder.h"
#include "nn/torch_runtime.h"
#include "specbridge/error.h"
#include "specbridge/status.h"
#include "store/manifest.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// Hashes every file once: what an encoder is loaded from is hashed then.
void check_files(const Manifest& manifest, MoleculeFiles molecules) {
  auto loaded = manifest.files_of_part(kSpectrumEncoderFolder);
  if (molecules == MoleculeFiles::load) {
    std::ranges::move(manifest.files_of_part(kMoleculeEncoderFolder), std::back_inserter(loaded));
  }
  manifest.verify_checksums(loaded);
}

}  // namespace

struct Bridge::Impl {
  /// What one training made.
  struct Member {
    std::unique_ptr<SpectrumEncoder> encoder;
    std::optional<Projection> projection;  ///< nothing: the encoder's vectors are the model's
  };
  ModelInfo info;
  std::vector<Member> members;
  std::vector<float> mean_target;
  c10::Device device{c10::kCPU};
  std::size_t threads = 1;
  Precision precision = Precision::float32;

  void load_trained(const fs::path& dir, const Manifest& manifest, Precision asked);
  void load_words(const fs::path& dir, const Manifest& manifest);

  /// [spectra, dim], unit rows; a row without a finite direction is zero.
  Matrix embedded_by(const Member& member, std::span<const PeakRows> spectra,
                     std::size_t in_flight) const {
    const EmbeddingOptions options{threads, in_flight, precision};
    return member.projection
               ? embed_spectra(*member.encoder, *member.projection, device, spectra, options)
               : embed_spectra(*member.encoder, spectra, options);
  }

  /// What identifies the model and its molecules' vectors is of the precision, too.
  void state_precision(const fs::path& dir, Precision asked) {
    precision = asked;
    if (asked == Precision::float32) return;
    info.fingerprint = vectors_in(asked, info.fingerprint);
    if (info.objective == TrainingObjective::bridge) {
      info.molecule_encoder_fingerprint =
          vectors_of_molecule_encoder(dir / kMoleculeEncoderFolder, asked);
    }
  }
};

/// Members that have a network with a projection behind it.
void Bridge::Impl::load_trained(const fs::path& dir, const Manifest& manifest, Precision asked) {
  const ProjectionShape shape{info.shape, info.encoder_dim, info.dim};
  for (std::size_t number = 1; number <= info.members; ++number) {
    auto member = load_member(dir, number, info, manifest, device);
    member.encoder->set_mode({.precision = asked});
    const auto on_device = [&](const TensorSpec& spec) {
      return to_tensor(member.tensors.at(spec.name)).to(device);
    };
    members.push_back({std::move(member.encoder), make_projection(shape, on_device)});
  }
  state_precision(dir, asked);
  if (info.objective == TrainingObjective::bridge) {
    mean_target = read_vector(dir / kMeanTargetFile, info.dim);
  }
}

/// Vectors of words: no network, and float32 whatever is asked for.
void Bridge::Impl::load_words(const fs::path& dir, const Manifest& manifest) {
  auto encoder = load_word_encoder(dir / kSpectrumEncoderFolder);
  check_fingerprint(info, dir, manifest);
  if (encoder->dim() != info.dim) {
    throw ArtifactError(fmt::format("{}: says that it has vectors of {} numbers, {} has {}",
                                    dir.string(), info.dim, kSpectrumEncoderFolder,
                                    encoder->dim()));
  }
  members.push_back({std::move(encoder), {}});
}

Bridge Bridge::load(const fs::path& dir, const RunContext& context, MoleculeFiles molecules) {
  auto impl = std::make_unique<Impl>();
  impl->info = describe_model(dir);
  impl->threads = context.threads;
  const Manifest manifest = Manifest::open(dir, "model");
  check_files(manifest, molecules);
  impl->device = resolve_device(context.device);
  demand_precision(context.precision, impl->device);
  return translating(dir.string(), [&] {
    if (impl->info.objective == TrainingObjective::spec2vec) {
      impl->load_words(dir, manifest);
    } else {
      impl->load_trained(dir, manifest, context.precision);
    }
    return Bridge(std::move(impl));
  });
}

Bridge::Bridge(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Bridge::~Bridge() = default;
Bridge::Bridge(Bridge&&) noexcept = default;

std::size_t Bridge::dim() const noexcept {
  return impl_->info.dim;
}

std::size_t Bridge::members() const noexcept {
  return impl_->members.size();
}

std::optional<Refusal> Bridge::refusal(const Spectrum& spectrum) const {
  return impl_->members.front().encoder->refusal(spectrum);
}

PeakRows Bridge::clean(const Spectrum& spectrum) const {
  return impl_->members.front().encoder->clean(spectrum);
}

TrainingObjective Bridge::objective() const noexcept {
  return impl_->info.objective;
}

const std::string& Bridge::molecule_encoder_fingerprint() const noexcept {
  return impl_->info.molecule_encoder_fingerprint;
}

const std::string& Bridge::fingerprint() const noexcept {
  return impl_->info.fingerprint;
}

const std::map<std::string, std::size_t>& Bridge::trained_adducts() const noexcept {
  return impl_->info.trained_adducts;
}

bool Bridge::has_fragments() const noexcept {
  return impl_->info.fragments.has_value();
}

const std::optional<Calibration>& Bridge::calibration() const noexcept {
  return impl_->info.calibration;
}

const TrainingData& Bridge::training_data() const noexcept {
  return impl_->info.data;
}

std::span<const float> Bridge::mean_target() const noexcept {
  return impl_->mean_target;
}

Matrix Bridge::embed(std::span<const PeakRows> spectra, std::size_t in_flight) const {
  return translating("embedding spectra", [&] {
    Matrix vectors = impl_->embedded_by(impl_->members.front(), spectra, in_flight);
    if (impl_->members.size() == 1) return vectors;
    for (const auto& member : std::span(impl_->members).subspan(1)) {
      const Matrix further = impl_->embedded_by(member, spectra, in_flight);
      std::ranges::transform(vectors.values(), further.values(), vectors.values().begin(),
                             std::plus<>());
    }
    const auto share = 1 / static_cast<float>(impl_->members.size());
    for (float& value : vectors.values()) value *= share;
    return vectors;
  });
}

Matrix Bridge::embed_apart(std::span<const PeakRows> spectra, std::size_t in_flight) const {
  return translating("embedding spectra", [&] {
    Matrix vectors(spectra.size(), members() * dim());
    for (std::size_t number = 0; number < members(); ++number) {
      const Matrix own = impl_->embedded_by(impl_->members[number], spectra, in_flight);
      for (std::size_t i = 0; i < spectra.size(); ++i) {
        std::ranges::copy(own.row(i), vectors.row(i).subspan(number * dim(), dim()).begin());
      }
    }
    const auto share = 1 / std::sqrt(static_cast<float>(members()));
    for (float& value : vectors.values()) value *= share;
    return vectors;
  });
}

}  // namespace specbridge
