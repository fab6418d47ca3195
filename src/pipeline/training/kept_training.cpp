#include "pipeline/training/kept_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "store/file.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kStatesKept = 2;
constexpr const char* kFragmentsStep = "fragments";
constexpr const char* kMemberStep = "member";
constexpr const char* kStateStep = "checkpoint";

Json to_json(const TrainingResult& result) {
  Json json = {{"steps", result.steps},
               {"best_step", result.best_step},
               {"final_loss", result.final_loss},
               {"stopped_early", result.stopped_early},
               {"trained_parameters", result.trained_parameters},
               {"dim", result.dim},
               {"trained_blocks", result.trained_blocks}};
  if (result.best) {
    json["best"] = {result.best->recall_at_1, result.best->recall_at_5, result.best->recall_at_20,
                    result.best->mrr};
    if (result.best->loss) json["best"].push_back(*result.best->loss);
  }
  return json;
}

TrainingResult training_result(const Json& json) {
  TrainingResult result;
  result.steps = json.at("steps");
  result.best_step = json.at("best_step");
  result.final_loss = json.at("final_loss");
  result.stopped_early = json.at("stopped_early");
  result.trained_parameters = json.at("trained_parameters");
  result.dim = json.at("dim");
  result.trained_blocks = json.at("trained_blocks");
  if (json.contains("best")) {
    const Json& best = json["best"];
    result.best = ValidationFigures{best.at(0), best.at(1), best.at(2), best.at(3)};
    if (best.size() > 4) result.best->loss = best.at(4).get<double>();
  }
  return result;
}

FragmentFit fragment_fit_of(const Json& json) {
  return {json.at("molecules"),   json.at("spectra"),    json.at("listed_decoys"),
          json.at("made_decoys"), json.at("mrr_before"), json.at("mrr")};
}

fs::path state_file(const JournalledDirectory& journal, std::size_t member, std::size_t steps) {
  return journal.work() / fmt::format("member-{}-step-{}.checkpoint", member, steps);
}

/// Removes files of a folder but those named, then the folders in it that are empty.
void remove_others(const fs::path& folder, const std::set<fs::path>& wanted) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths, std::ranges::greater());  // what is in a folder before the folder
  std::error_code ignored;
  for (const auto& path : paths) {
    if (!wanted.contains(path)) fs::remove(path, ignored);  // a folder only where it is empty
  }
}

}  // namespace

KeptTraining::KeptTraining(JournalledDirectory& journal, const RunContext& context)
    : journal_(journal), context_(context) {
  std::set<fs::path> wanted;
  for (const auto& step : journal.steps()) {
    take_over(step);
    const Json files = step.value("files", Json::object());
    for (const auto& [name, sum] : files.items()) {
      wanted.insert(journal.output() / name);
    }
  }
  remove_others(journal.output(), wanted);
  clear_work();
}

void KeptTraining::take_over(const Json& step) {
  if (step.contains(kStateStep)) {
    note_state(step.at(kMemberStep), step.at(kStateStep));
    return;
  }
  const bool whole = holds(step.at("files"));
  const std::string again =
      fmt::format("{}: files were changed or are gone", journal_.place().string());
  if (step.contains(kFragmentsStep)) {
    fragments_.reset();
    if (whole) fragments_ = fragment_fit_of(step.at(kFragmentsStep));
    if (!whole) context_.warning(again + "; the fragment score is fitted again");
    return;
  }
  const std::size_t member = step.at(kMemberStep);
  members_.erase(member);
  states_.erase(member);  // they went when it was done
  if (whole) {
    members_[member] = training_result(step.at("result"));
  } else {
    context_.warning(fmt::format("{}; member {} is trained again", again, member));
  }
}

/// Whether files of the output have the checksums that a step states.
bool KeptTraining::holds(const Json& files) const {
  return std::ranges::all_of(files.items(), [this](const auto& file) {
    std::error_code ignored;
    const fs::path path = journal_.output() / file.key();
    return fs::is_regular_file(path, ignored) && sha256_of_file(path) == file.value();
  });
}

Json KeptTraining::listed(const std::vector<fs::path>& paths) const {
  Json files = Json::object();
  std::error_code ignored;
  for (const auto& path : paths) {
    if (!fs::exists(path, ignored)) continue;
    files[path.lexically_relative(journal_.output()).string()] = sha256_of_file(path);
  }
  return files;
}

void KeptTraining::keep_fragments(const FragmentFit& fit) {
  const fs::path file = journal_.output() / kFragmentsFile;
  journal_.record({{kFragmentsStep, specbridge::to_json(fit)}, {"files", listed({file})}},
                  {file, journal_.output()});
  fragments_ = fit;
}

std::optional<TrainingResult> KeptTraining::member(std::size_t member) const {
  const auto found = members_.find(member);
  return found == members_.end() ? std::nullopt : std::optional(found->second);
}

void KeptTraining::keep_member(std::size_t member, const TrainingResult& result,
                               const std::vector<fs::path>& files) {
  journal_.record({{kMemberStep, member}, {"result", to_json(result)}, {"files", listed(files)}},
                  {journal_.output()});
  members_[member] = result;
  states_.erase(member);
  clear_work();
}

std::vector<fs::path> KeptTraining::newest_first() const {
  std::vector<fs::path> files;
  const auto found = states_.find(under_way_);
  if (found == states_.end()) return files;
  for (const std::size_t steps : found->second) {
    files.insert(files.begin(), state_file(journal_, under_way_, steps));
  }
  return files;
}

fs::path KeptTraining::file_after(std::size_t steps) const {
  return state_file(journal_, under_way_, steps);
}

void KeptTraining::written(std::size_t steps) {
  journal_.record({{kMemberStep, under_way_}, {kStateStep, steps}}, {});  // it is on disk already
  note_state(under_way_, steps);
  clear_work();
}

/// Later ones were passed over, because they were damaged.
void KeptTraining::note_state(std::size_t member, std::size_t steps) {
  auto& states = states_[member];
  std::erase_if(states, [steps](std::size_t other) { return other >= steps; });
  states.push_back(steps);
  if (states.size() > kStatesKept) states.erase(states.begin());
}

void KeptTraining::clear_work() const {
  std::set<fs::path> wanted;
  for (const auto& [member, states] : states_) {
    for (const std::size_t steps : states) wanted.insert(state_file(journal_, member, steps));
  }
  remove_others(journal_.work(), wanted);
}

void check_finish(const TrainConfig& config, const KeptTraining& kept,
                  const JournalledDirectory& journal) {
  if (!config.finish || kept.can_end()) return;
  throw OutputError(fmt::format("{}: has no step of a training that a model could be made of",
                                journal.place().string()));
}

TrainingResult train_folder(KeptTraining& kept, const TrainConfig& config, const fs::path& dir,
                            const std::function<TrainingResult()>& train) {
  constexpr std::size_t kOnly = 1;
  if (const auto done = kept.member(kOnly)) return *done;
  kept.begin_member(kOnly);
  fs::create_directories(dir);
  write_file(dir / "config.json", to_json(config.settings));
  const TrainingResult result = train();
  if (result.interrupted) return result;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(dir)) files.push_back(entry.path());
  std::ranges::sort(files);
  kept.keep_member(kOnly, result, files);
  return result;
}

Keeping keeping_in(KeptTraining& kept, const TrainConfig& config) {
  return {&kept, config.checkpoint_steps, config.checkpoint_minutes,
          config.finish ? StepsLeft::leave : StepsLeft::take};
}

}  // namespace specbridge
