#include "train/trainer.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "nn/torch_runtime.h"
#include "specbridge/precision.h"
#include "train/learners/bridge_learner.h"
#include "train/learners/text_learner.h"
#include "train/ranks/communicator.h"
#include "train/training_run.h"

namespace specbridge {

namespace {

/// Set even where it is the default: Torch then forbids MKL to choose another number by itself.
void prepare(const TrainSettings& settings, const RunContext& context) {
  check_settings(settings, "training");
  at::set_num_threads(static_cast<int>(std::max<std::size_t>(context.threads, 1)));
}

}  // namespace

TrainingResult train_model(const TrainingInput& input, const TrainSettings& settings,
                           Precision precision, const std::filesystem::path& dir,
                           const RunContext& context, const Keeping& keeping) {
  prepare(settings, context);
  return translating("training", [&] {
    BridgeLearner learner(input, settings, precision, context);
    TrainingRun run(learner, settings, precision, context, input.ranks);
    const TrainingResult result = run.run(dir, keeping);
    if (input.ranks == nullptr || input.ranks->leads()) run.write(dir);
    return result;
  });
}

TrainingResult train_decoder(const TextTraining& input, const TrainSettings& settings,
                             Precision precision, const std::filesystem::path& dir,
                             const RunContext& context, const Keeping& keeping) {
  prepare(settings, context);
  return translating("training", [&] {
    TextLearner learner(input, settings, precision, context);
    TrainingRun run(learner, settings, precision, context, input.ranks);
    const TrainingResult result = run.run(dir, keeping);
    if (input.ranks == nullptr || input.ranks->leads()) run.write(dir);
    return result;
  });
}

}  // namespace specbridge
