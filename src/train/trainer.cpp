#include "train/trainer.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "nn/torch_runtime.h"
#include "specbridge/precision.h"
#include "train/learners/bridge_learner.h"
#include "train/learners/masked_token_learner.h"
#include "train/learners/text_learner.h"
#include "train/ranks/communicator.h"
#include "train/training_run.h"

namespace specbridge {

namespace {

/// Who trains the same together; nullptr: one process alone.
template <typename Input>
Communicator* ranks_of(const Input& input) {
  if constexpr (requires { input.ranks; }) {
    return input.ranks;
  } else {
    return nullptr;
  }
}

/// Trains what a learner of this kind learns of the input. Of several processes rank 0 writes.
template <typename Learns, typename Input>
TrainingResult trained(const Input& input, const TrainSettings& settings, Precision precision,
                       const std::filesystem::path& dir, const RunContext& context,
                       const Keeping& keeping) {
  check_settings(settings, "training");
  // Set even where it is the default: Torch then forbids MKL to choose another number by itself.
  at::set_num_threads(static_cast<int>(std::max<std::size_t>(context.threads, 1)));
  return translating("training", [&] {
    Communicator* const ranks = ranks_of(input);
    Learns learner(input, settings, precision, context);
    TrainingRun run(learner, settings, precision, context, ranks);
    const TrainingResult result = run.run(dir, keeping);
    if (ranks == nullptr || ranks->leads()) run.write(dir);
    return result;
  });
}

}  // namespace

TrainingResult train_model(const TrainingInput& input, const TrainSettings& settings,
                           Precision precision, const std::filesystem::path& dir,
                           const RunContext& context, const Keeping& keeping) {
  return trained<BridgeLearner>(input, settings, precision, dir, context, keeping);
}

TrainingResult train_decoder(const TextTraining& input, const TrainSettings& settings,
                             Precision precision, const std::filesystem::path& dir,
                             const RunContext& context, const Keeping& keeping) {
  return trained<TextLearner>(input, settings, precision, dir, context, keeping);
}

TrainingResult train_masked_tokens(const MaskedTokenTraining& input, const TrainSettings& settings,
                                   Precision precision, const std::filesystem::path& dir,
                                   const RunContext& context, const Keeping& keeping) {
  return trained<MaskedTokenLearner>(input, settings, precision, dir, context, keeping);
}

}  // namespace specbridge
