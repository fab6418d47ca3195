#include "pipeline/training/together.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/json.h"
#include "encode/spectrum_encoder.h"
#include "specbridge/error.h"
#include "specbridge/train_settings.h"
#include "specbridge/version.h"
#include "store/file.h"
#include "store/manifest.h"
#include "train/ranks/shared_input.h"

namespace specbridge {
namespace {

bool writes_molecules(const TrainConfig& config) {
  return config.settings.objective == TrainingObjective::generate;
}

/// Of the network that training begins with, which each process reads for itself.
std::string fingerprint_of_start(const TrainConfig& config) {
  return writes_molecules(config) ? Manifest::open(*config.decoder, "decoder").text("fingerprint")
                                  : describe_spectrum_encoder(config.spectrum_encoder).fingerprint;
}

/// What processes must have in common.
std::int64_t common_part(const TrainConfig& config, const RunContext& context) {
  const Json common = {program_version(), to_json(config.settings), fingerprint_of_start(config),
                       config.precision == Precision::bfloat16, context.seed};
  return static_cast<std::int64_t>(xxhash64(common.dump()));
}

void check_in_common(const TrainConfig& config, Communicator& ranks, const RunContext& context) {
  const std::int64_t own = common_part(config, context);
  if (ranks.told({own}).front() == own) return;
  throw UsageError(fmt::format(
      "rank {} of {}: was given other settings, encoders, --precision or --seed than rank 0, or "
      "is another version; expected the same command for all",
      ranks.rank(), ranks.count()));
}

/// Trains what rank 0 says until it has published the model.
/// @param train what it says, of the input of all
template <typename Input, typename Train>
void follow_with(Input input, Communicator& ranks, const RunContext& context, const Train& train) {
  input.ranks = &ranks;
  for (bool have_input = false;; have_input = true) {
    const std::int64_t member = ranks.told({}).front();
    if (member == 0) return;
    if (!have_input) share_input(input, ranks);
    RunContext own = context;
    own.seed += static_cast<std::uint64_t>(member) - 1;
    train(input, own);
  }
}

void follow(const TrainConfig& config, Communicator& ranks, const RunContext& context) {
  if (writes_molecules(config)) {
    TextTraining input;
    input.decoder = *config.decoder;
    follow_with(std::move(input), ranks, context, [&](const auto& all, const RunContext& own) {
      train_decoder(all, config.settings, config.precision, {}, own);
    });
    return;
  }
  TrainingInput input;
  input.spectrum_encoder = config.spectrum_encoder;
  follow_with(std::move(input), ranks, context, [&](const auto& all, const RunContext& own) {
    train_model(all, config.settings, config.precision, {}, own);
  });
}

RunContext context_of(const Ranks& ranks, const RunContext& context) {
  RunContext own = context;
  if (ranks.rank > 0) own.reporter = nullptr;
  if (own.device.kind != Device::Kind::cpu) own.device.index += static_cast<int>(ranks.local);
  return own;
}

}  // namespace

template <typename Input>
void Company::begin_with(Input& input, std::size_t member) {
  if (ranks_.alone()) return;
  input.ranks = &ranks_;
  ranks_.told({static_cast<std::int64_t>(member)});
  if (!std::exchange(have_input_, true)) share_input(input, ranks_);
}

template void Company::begin_with(TrainingInput& input, std::size_t member);
template void Company::begin_with(TextTraining& input, std::size_t member);

void Company::end() {
  ranks_.told({0});
}

TrainReport together(const TrainConfig& config, const RunContext& context, const Leading& lead) {
  if (!config.ranks) {
    Communicator alone;
    Company nobody(alone);
    return lead(config, nobody, context);
  }
  const RunContext own = context_of(*config.ranks, context);
  Communicator ranks(*config.ranks, own);
  Company company(ranks);
  try {
    check_in_common(config, ranks, own);
    TrainReport report;
    if (ranks.leads()) {
      report = lead(config, company, own);
      company.end();
    } else {
      follow(config, ranks, own);
    }
    return report;
  } catch (const std::exception& error) {
    ranks.say_why(error);
    throw;
  }
}

}  // namespace specbridge
