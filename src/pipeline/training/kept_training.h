#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "specbridge/context.h"
#include "specbridge/fragment_fit.h"
#include "specbridge/train.h"
#include "specbridge/training_result.h"
#include "store/journalled/journal.h"
#include "train/trainer.h"

namespace specbridge {

/// What is done of a training, on a journalled folder whose output() becomes the model: its
/// fragment score, its members, and the last two states of the member that is under way.
class KeptTraining final : public CheckpointPlace {
 public:
  /// Takes over what the journal speaks of, as far as its files are what they were; says what is
  /// made again, and clears away what no step speaks of.
  KeptTraining(JournalledDirectory& journal, const RunContext& context);

  /// Nothing: it is still to be fitted.
  const std::optional<FragmentFit>& fragments() const noexcept { return fragments_; }
  void keep_fragments(const FragmentFit& fit);

  /// Nothing: it is still to be trained. @param member from 1
  std::optional<TrainingResult> member(std::size_t member) const;
  /// @param files that it has written into output(), as far as they are there
  void keep_member(std::size_t member, const TrainingResult& result,
                   const std::vector<std::filesystem::path>& files);
  /// Whether a model could be made of what is there: the first member, or states of it.
  bool can_end() const { return members_.contains(1) || states_.contains(1); }

  /// The member whose states the functions below are about.
  void begin_member(std::size_t member) noexcept { under_way_ = member; }
  bool has_states() const { return states_.contains(under_way_); }
  std::vector<std::filesystem::path> newest_first() const override;
  std::filesystem::path file_after(std::size_t steps) const override;
  void written(std::size_t steps) override;

 private:
  void take_over(const Json& step);
  bool holds(const Json& files) const;
  Json listed(const std::vector<std::filesystem::path>& names) const;
  void note_state(std::size_t member, std::size_t steps);
  void clear_work() const;

  JournalledDirectory& journal_;
  const RunContext& context_;
  std::optional<FragmentFit> fragments_;
  std::map<std::size_t, TrainingResult> members_;
  std::map<std::size_t, std::vector<std::size_t>> states_;  ///< steps, ascending, by member
  std::size_t under_way_ = 1;
};

/// Sees whether a training that is to be ended (--finish) has what a model is made of.
/// @throws OutputError
void check_finish(const TrainConfig& config, const KeptTraining& kept,
                  const JournalledDirectory& journal);
/// Trains what is one member and a folder by itself, unless that is done, and keeps the folder.
/// @param dir of it, in output(); gets the configuration first @param train writes all else
TrainingResult train_folder(KeptTraining& kept, const TrainConfig& config,
                            const std::filesystem::path& dir,
                            const std::function<TrainingResult()>& train);
/// How a training keeps its states in that place.
Keeping keeping_in(KeptTraining& kept, const TrainConfig& config);

}  // namespace specbridge
