#include "train/frozen_states.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>

#include "specbridge/train_settings.h"
#include "train/augmentation.h"
#include "train/random_streams.h"

namespace specbridge {
namespace {

/// Padded lengths of training batches are multiples of this: fewer shapes to prepare kernels for,
/// and finer than the buckets of inference, which cost 6 % more time on short spectra.
constexpr std::size_t kRowStep = 4;
constexpr std::size_t kFillRows = 64;  // spectra that are encoded together when the cache is filled

/// Zero rows added at the end of dimension 1; the encoder's contract says that they change nothing.
at::Tensor padded_to(const at::Tensor& tensor, std::int64_t rows) {
  if (tensor.size(1) == rows) return tensor;
  std::vector<std::int64_t> sizes = tensor.sizes().vec();
  sizes[1] = rows;
  at::Tensor result = at::zeros(sizes, tensor.options());
  result.narrow(1, 0, tensor.size(1)).copy_(tensor);
  return result;
}

/// Tensors for so many rows of the kind of `part`, whose rows are still to be written.
std::vector<at::Tensor> room_for(std::size_t rows, const std::vector<at::Tensor>& part) {
  std::vector<at::Tensor> result;
  for (const auto& tensor : part) {
    auto sizes = tensor.sizes().vec();
    sizes[0] = static_cast<std::int64_t>(rows);
    result.push_back(at::empty(sizes, tensor.options()));
  }
  return result;
}

/// Row-wise concatenation of states of different padded length.
std::vector<at::Tensor> joined(const std::vector<std::vector<at::Tensor>>& parts) {
  if (parts.size() == 1) return parts.front();
  std::vector<at::Tensor> result;
  for (std::size_t t = 0; t < parts.front().size(); ++t) {
    std::int64_t rows = 0;
    for (const auto& part : parts) rows = std::max(rows, part[t].size(1));
    std::vector<at::Tensor> padded;
    for (const auto& part : parts) padded.push_back(padded_to(part[t], rows));
    result.push_back(at::cat(padded));
  }
  return result;
}

}  // namespace

FrozenStates::FrozenStates(const TrainableEncoder& encoder, std::size_t trained_blocks,
                           std::span<const Example> examples, const TrainSettings& settings,
                           const RunContext& context, std::uint64_t budget_bytes)
    : encoder_(encoder),
      trained_blocks_(static_cast<std::int64_t>(trained_blocks)),
      examples_(examples),
      settings_(settings),
      seed_(context.seed) {
  if (trained_blocks > encoder.info().blocks || augments(settings)) return;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    examples_of_bucket_[padded_length(encoder.length(examples[i].input))].push_back(i);
  }
  if (bytes_of_all() <= budget_bytes) fill(context);
}

FrozenStates::State FrozenStates::state_of_inputs(std::span<const PeakRows> inputs,
                                                  std::size_t rows) const {
  return encoder_.prefix(encoder_.pack(inputs, rows).to(encoder_.device()), trained_blocks_);
}

std::uint64_t FrozenStates::bytes_of_all() const {
  std::uint64_t total = 0;
  for (const auto& [bucket, members] : examples_of_bucket_) {
    std::uint64_t bytes = 0;
    for (const auto& tensor : state_of_inputs({&examples_[members.front()].input, 1}, bucket)) {
      bytes += tensor.nbytes();
    }
    total += bytes * members.size();
  }
  return total;
}

void FrozenStates::fill(const RunContext& context) {
  places_.resize(examples_.size());
  std::size_t done = 0;
  for (const auto& [bucket, members] : examples_of_bucket_) {
    State& all = states_[bucket];
    for (std::size_t begin = 0; begin < members.size(); begin += kFillRows) {
      context.check_interrupt();
      std::vector<PeakRows> inputs;
      for (std::size_t i = begin; i < std::min(begin + kFillRows, members.size()); ++i) {
        inputs.push_back(examples_[members[i]].input);
        places_[members[i]] = {bucket, static_cast<std::int64_t>(i)};
      }
      const State part = state_of_inputs(inputs, bucket);
      if (begin == 0) all = room_for(members.size(), part);
      for (std::size_t t = 0; t < part.size(); ++t) {
        all[t].narrow(0, static_cast<std::int64_t>(begin), part[t].size(0)).copy_(part[t]);
      }
      done += inputs.size();
      context.progress("encoding the frozen part", done, examples_.size());
    }
  }
}

FrozenStates::State FrozenStates::gathered(std::span<const Draw> batch) const {
  std::vector<State> parts;
  for (std::size_t begin = 0; begin < batch.size();) {
    const std::size_t bucket = places_[batch[begin].example].bucket;
    std::vector<std::int64_t> rows;
    for (; begin < batch.size() && places_[batch[begin].example].bucket == bucket; ++begin) {
      rows.push_back(places_[batch[begin].example].row);
    }
    const at::Tensor index = at::tensor(rows, at::kLong).to(encoder_.device());
    State part;
    for (const auto& tensor : states_.at(bucket)) part.push_back(tensor.index_select(0, index));
    parts.push_back(std::move(part));
  }
  return joined(parts);
}

/// What a spectrum shows in an epoch.
PeakRows FrozenStates::input_of(const Draw& draw, std::size_t epoch) const {
  const PeakRows& input = examples_[draw.example].input;
  if (!augments(settings_)) return input;
  return augmented(input, settings_,
                   keyed_random(seed_, Purpose::augmentation, epoch, draw.example, draw.copy));
}

FrozenStates::State FrozenStates::state_of_inputs(std::span<const PeakRows> inputs) const {
  std::size_t rows = 0;
  for (const PeakRows& input : inputs) rows = std::max(rows, encoder_.length(input));
  return state_of_inputs(inputs, (rows + kRowStep - 1) / kRowStep * kRowStep);
}

std::vector<at::Tensor> FrozenStates::state(std::span<const Draw> batch, std::size_t epoch) const {
  if (cached()) return gathered(batch);
  std::vector<PeakRows> inputs;
  for (const Draw& draw : batch) inputs.push_back(input_of(draw, epoch));
  return state_of_inputs(inputs);
}

std::vector<at::Tensor> FrozenStates::state_of_copies(std::span<const Draw> batch,
                                                      std::size_t epoch) const {
  const std::size_t copies = settings_.infonce_dual_copies;
  std::vector<PeakRows> inputs;
  for (const Draw& draw : batch) {
    const PeakRows shown = input_of(draw, epoch);
    for (std::size_t i = 0; i < copies; ++i) {
      inputs.push_back(with_other_intensities(
          shown, settings_.infonce_dual_jitter,
          keyed_random(seed_, Purpose::copies, epoch, draw.example, draw.copy * copies + i)));
    }
  }
  return state_of_inputs(inputs);
}

}  // namespace specbridge
