#pragma once

#include <cstddef>
#include <functional>

#include "specbridge/context.h"
#include "specbridge/train.h"
#include "train/learners/text_training.h"
#include "train/ranks/communicator.h"
#include "train/trainer.h"

namespace specbridge {

/// The other processes of a training, as rank 0 leads them; of one process: nobody.
class Company {
 public:
  explicit Company(Communicator& ranks) : ranks_(ranks) {}

  /// They begin with a member, from 1; before the first they are given the input, which from then
  /// on is theirs, too.
  void begin(TrainingInput& input, std::size_t member) { begin_with(input, member); }
  void begin(TextTraining& input, std::size_t member) { begin_with(input, member); }
  /// There is nothing more to do.
  void end();

 private:
  template <typename Input>
  void begin_with(Input& input, std::size_t member);

  Communicator& ranks_;
  bool have_input_ = false;
};

using Leading = std::function<TrainReport(const TrainConfig&, Company&, const RunContext&)>;

/// Runs a training by `lead`, and where config.ranks has another rank, the shares of that one. An
/// error of any process ends all.
TrainReport together(const TrainConfig& config, const RunContext& context, const Leading& lead);

}  // namespace specbridge
