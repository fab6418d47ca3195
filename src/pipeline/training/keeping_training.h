#pragma once

#include <algorithm>
#include <exception>
#include <string>

#include "base/json.h"
#include "pipeline/indexing/keeping_work.h"
#include "specbridge/error.h"
#include "specbridge/train.h"
#include "store/journalled/journal.h"
#include "train/trainer.h"

namespace specbridge {

/// keeping_work() with two exceptions: of a training whose loss is lost nothing is left, since who
/// goes on loses it again; and an error of a run that goes on costs nothing of what was done
/// before.
template <typename Work>
TrainReport keeping_training(JournalledDirectory& journal, const TrainConfig& config,
                             const Work& work) {
  const bool went_on = !journal.steps().empty();
  std::exception_ptr failure;
  const auto telling = [&] {
    try {
      return work();
    } catch (const TrainingLost&) {
      journal.give_up();
      failure = std::current_exception();
    } catch (const InputError&) {
      if (!went_on) throw;
      failure = std::current_exception();
    } catch (const ArtifactError&) {
      if (!went_on) throw;
      failure = std::current_exception();
    }
    return TrainReport();
  };
  try {
    TrainReport report = keeping_work(journal, telling);
    if (failure) std::rethrow_exception(failure);
    return report;
  } catch (const Interrupted& error) {
    const auto is_trained = [](const Json& step) { return step.contains("member"); };
    if (std::ranges::none_of(journal.steps(), is_trained) || config.finish) throw;
    throw Interrupted(std::string(error.what()) +
                      " (with --finish as well it makes a model of the steps that are done)");
  }
}

}  // namespace specbridge
