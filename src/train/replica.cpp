#include "train/replica.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "bridge/embedding.h"
#include "nn/torch_runtime.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"

namespace specbridge {
namespace {

constexpr std::size_t kValidationInFlight = 256;
/// Spectra that are padded to one length where a batch holds all lengths, in ascending order.
constexpr std::size_t kSliceRows = 16;

std::size_t resolved_blocks(const std::string& text, const TrainableEncoder& encoder,
                            const std::filesystem::path& dir) {
  const std::size_t blocks = encoder.info().blocks;
  if (text == "all") return blocks + 1;
  const auto wanted = static_cast<std::size_t>(parse_integer(text).value());
  if (wanted <= blocks) return wanted;
  throw UsageError(
      fmt::format("trainable_blocks: found {}, but {} has {}; expected 0 to {}, or all", wanted,
                  dir.string(), counted(blocks, "block"), blocks));
}

}  // namespace

Replica::Replica(const TrainingInput& input, const TrainSettings& settings, Precision precision,
                 const RunContext& context)
    : input_(input),
      settings_(settings),
      precision_(precision),
      context_(context),
      encoder_(load_trainable_encoder(input.spectrum_encoder, resolve_device(context.device))),
      trained_blocks_(
          resolved_blocks(settings.trainable_blocks, *encoder_, input.spectrum_encoder)) {
  const std::size_t dim = learns_similarity(settings) ? settings.vector_dim : input.targets.cols();
  const ProjectionShape shape{settings.shape, encoder_->dim(), dim};
  const MapStart start =
      settings.mapper_start == "xavier" ? MapStart::xavier : MapStart::orthogonal;
  projection_ = make_projection(shape, [&](const TensorSpec& spec) {
    own_.push_back({spec.name, initial_value(spec, context.seed, start).to(device())});
    return own_.back().tensor;
  });
  if (settings.mapper_start == "procrustes") start_by_procrustes();
}

void Replica::start_by_procrustes() {
  constexpr std::size_t kSpectra = 4096;
  const std::size_t count = std::min(kSpectra, input_.examples.size());
  std::vector<PeakRows> spectra;
  Matrix targets(count, input_.targets.cols());
  for (std::size_t i = 0; i < count; ++i) {
    const Example& example = input_.examples[i * input_.examples.size() / count];
    spectra.push_back(example.input);
    std::ranges::copy(input_.targets.row(example.molecule), targets.row(i).begin());
  }
  Projection head = projection_;  // what the mapper is given
  const std::int64_t width = head.map.weight.size(1);
  const auto options = head.map.weight.options();
  head.map = {at::eye(width, options), at::zeros({width}, options)};
  head.blocks.clear();
  const Matrix given =
      embed_spectra(*encoder_, head, device(), spectra, {context_.threads, kValidationInFlight});
  const c10::NoGradGuard no_grad;
  projection_.map.weight.copy_(procrustes_map(given.view(), targets.view()));
}

std::vector<Parameter> Replica::encoder_parameters() const {
  std::vector<Parameter> parameters;
  for (const auto& parameter :
       encoder_->parameters_of_last(static_cast<std::int64_t>(trained_blocks_))) {
    parameters.push_back({kEncoderPrefix + parameter.name, parameter.tensor});
  }
  return parameters;
}

void Replica::keep_frozen_states(std::uint64_t budget_bytes) {
  frozen_.emplace(*encoder_, trained_blocks_, input_.examples, settings_, context_, budget_bytes);
}

std::size_t Replica::dim() const {
  return static_cast<std::size_t>(projection_.map.weight.size(0));
}

at::Tensor Replica::features(const Batch& batch, std::size_t epoch) const {
  const std::size_t rows = learns_similarity(settings_) ? kSliceRows : batch.size();
  std::vector<at::Tensor> parts;
  for (std::size_t begin = 0; begin < batch.size(); begin += rows) {
    const std::span slice = std::span(batch).subspan(begin, std::min(rows, batch.size() - begin));
    parts.push_back(
        encoder_->suffix(frozen_->state(slice, epoch), static_cast<std::int64_t>(trained_blocks_)));
  }
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

at::Tensor Replica::vectors(const Batch& batch, std::size_t epoch) const {
  return project(projection_, features(batch, epoch), precision_);
}

at::Tensor Replica::vectors_of_copies(const Batch& batch, std::size_t epoch) const {
  const at::Tensor states = encoder_->suffix(frozen_->state_of_copies(batch, epoch),
                                             static_cast<std::int64_t>(trained_blocks_));
  const at::Tensor vectors = project(projection_, states, precision_);
  return vectors.view({static_cast<std::int64_t>(batch.size()),
                       static_cast<std::int64_t>(settings_.infonce_dual_copies), vectors.size(1)});
}

Matrix Replica::embed(std::span<const PeakRows> spectra) const {
  return embed_spectra(*encoder_, projection_, device(), spectra,
                       {context_.threads, kValidationInFlight});
}

void Replica::prepare_for(ReplicaUse use) {
  encoder_->set_mode(use == ReplicaUse::training ? EncoderMode{precision_, settings_.dropout}
                                                 : EncoderMode{});
}

}  // namespace specbridge
