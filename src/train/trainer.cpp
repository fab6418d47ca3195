#include "train/trainer.h"

#include <ATen/Parallel.h>

#include <algorithm>

#include "nn/torch_runtime.h"
#include "specbridge/precision.h"
#include "train/learners/bridge_learner.h"
#include "train/ranks/communicator.h"
#include "train/training_run.h"

namespace specbridge {

TrainingResult train_model(const TrainingInput& input, const TrainSettings& settings,
                           Precision precision, const std::filesystem::path& dir,
                           const RunContext& context, const Keeping& keeping) {
  check_settings(settings, "training");
  // Set even where it is the default: Torch then forbids MKL to choose another number by itself.
  at::set_num_threads(static_cast<int>(std::max<std::size_t>(context.threads, 1)));
  return translating("training", [&] {
    BridgeLearner learner(input, settings, precision, context);
    TrainingRun run(learner, settings, precision, context, input.ranks);
    const TrainingResult result = run.run(dir, keeping);
    if (input.ranks == nullptr || input.ranks->leads()) run.write(dir);
    return result;
  });
}

}  // namespace specbridge
