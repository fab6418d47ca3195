#include "train/training_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "specbridge/training_result.h"
#include "store/partial.h"
#include "store/staging.h"

namespace specbridge {
namespace {

constexpr std::size_t kRecentSteps = 50;
constexpr std::size_t kMaxLines = 4000;  // of a long run only every n-th step is written

}  // namespace

TrainingLog::TrainingLog(std::size_t total_steps, const RunContext& context)
    : total_(total_steps), every_(total_steps / kMaxLines + 1), context_(context) {}

void TrainingLog::add(const StepRecord& record) {
  spectra_ += record.spectra;
  if (!record.skipped) {
    recent_.push_back(record.loss);
    if (recent_.size() > kRecentSteps) recent_.pop_front();
  }
  if (record.step % every_ == 0 || record.step == total_ || record.skipped) {
    Json line = {{"step", record.step},
                 {"epoch", record.epoch},
                 {"loss", record.loss},
                 {"learning_rate", record.learning_rate},
                 {"grad_norm", record.gradient_norm}};
    for (const auto& [name, value] : record.figures) line[name] = value;
    if (record.skipped) line["skipped"] = true;
    lines_ += line.dump() + "\n";
  }
  const double minutes = std::chrono::duration<double>(Clock::now() - start_).count() / 60;
  const double rate = minutes > 0 ? static_cast<double>(spectra_) / minutes : 0;
  context_.progress(
      "training", record.step, total_,
      fmt::format("loss {:.4f}  rate {:.1e}  {} spectra/min", recent_loss(), record.learning_rate,
                  with_thousands(static_cast<std::size_t>(rate))));
}

void TrainingLog::add(std::size_t step, const ValidationFigures& figures) {
  if (figures.loss) {
    lines_ += Json{{"step", step}, {"validation", {{"loss", *figures.loss}}}}.dump() + "\n";
    context_.info(fmt::format("step {}: validation loss {:.4f} nats", step, *figures.loss));
    return;
  }
  const Json line = {{"step", step},
                     {"validation",
                      {{"recall_at_1", figures.recall_at_1},
                       {"recall_at_5", figures.recall_at_5},
                       {"recall_at_20", figures.recall_at_20},
                       {"mrr", figures.mrr}}}};
  lines_ += line.dump() + "\n";
  context_.info(
      fmt::format("step {}: validation Recall@1 {:.3f}, @5 {:.3f}, @20 {:.3f}, MRR {:.3f}", step,
                  figures.recall_at_1, figures.recall_at_5, figures.recall_at_20, figures.mrr));
}

double TrainingLog::recent_loss() const {
  if (recent_.empty()) return 0;
  return std::accumulate(recent_.begin(), recent_.end(), 0.0) / static_cast<double>(recent_.size());
}

void TrainingLog::write(const std::filesystem::path& file) const {
  write_file(file, lines_);
}

void TrainingLog::show(const std::filesystem::path& file) const {
  const Partial partial(file, Partial::Kind::file);
  std::ofstream(partial.path(), std::ios::binary) << lines_;
  std::error_code ignored;
  std::filesystem::rename(partial.path(), file, ignored);
}

LoggedSteps TrainingLog::so_far() const {
  return {lines_, {recent_.begin(), recent_.end()}};
}

void TrainingLog::go_on(LoggedSteps logged) {
  lines_ = std::move(logged.lines);
  recent_.assign(logged.recent.begin(), logged.recent.end());
}

}  // namespace specbridge
