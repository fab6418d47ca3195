#include "train/words/word_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "train/random_streams.h"
#include "train/words/word_learner.h"

namespace specbridge {
namespace {

constexpr std::size_t kReportEvery = 256;  // spectra

/// The order of an epoch, a function of seed and epoch alone.
std::vector<std::size_t> order_of(std::size_t documents, std::uint64_t seed, std::size_t epoch) {
  std::vector<std::size_t> order(documents);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random = keyed_random(seed, Purpose::order, epoch);
  shuffle(std::span(order), random);
  return order;
}

std::vector<std::uint64_t> counts_of(const WordDocuments& documents) {
  std::vector<std::uint64_t> counts;
  for (const CountedWord& word : documents.words()) counts.push_back(word.spectra);
  return counts;
}

/// A training from its first step to its last.
class WordRun {
 public:
  WordRun(const WordDocuments& documents, const TrainSettings& settings, const RunContext& context)
      : documents_(documents),
        settings_(settings),
        context_(context),
        total_(static_cast<std::size_t>(
            std::ceil(settings.epochs * static_cast<double>(documents.size())))),
        learner_(counts_of(documents), settings.words, settings.vector_dim, context.seed) {}

  TrainedWords run() {
    TrainedWords trained;
    for (std::size_t epoch = 0; step_ < total_; ++epoch) {
      trained.result.final_loss = take_epoch(epoch);
      trained.metrics += Json{{"epoch", epoch + 1},
                              {"step", step_},
                              {"loss", trained.result.final_loss},
                              {"learning_rate", rate()}}
                             .dump() +
                         "\n";
    }
    trained.vectors = learner_.vectors();
    trained.result.steps = trained.result.best_step = step_;
    trained.result.dim = settings_.vector_dim;
    trained.result.trained_parameters = trained.vectors.values().size();
    return trained;
  }

 private:
  /// It falls by learning_rate_decay in an epoch, from spectrum to spectrum.
  double rate() const {
    const double epochs = static_cast<double>(step_) / static_cast<double>(documents_.size());
    return settings_.learning_rate - settings_.words.learning_rate_decay * epochs;
  }

  double take_epoch(std::size_t epoch) {
    WordLoss all;
    for (const std::size_t i : order_of(documents_.size(), context_.seed, epoch)) {
      if (step_ == total_) break;
      Random random = keyed_random(context_.seed, Purpose::words, epoch, i);
      const WordLoss loss = learner_.learn(documents_[i], rate(), random);
      all.sum += loss.sum;
      all.words += loss.words;
      if (++step_ % kReportEvery == 0) report(all);
    }
    return all.words == 0 ? 0 : all.sum / static_cast<double>(all.words);
  }

  void report(const WordLoss& so_far) const {
    context_.check_interrupt();
    const double mean = so_far.words == 0 ? 0 : so_far.sum / static_cast<double>(so_far.words);
    context_.progress("training", step_, total_,
                      fmt::format("loss {:.4f}  rate {:.4f}", mean, rate()));
  }

  const WordDocuments& documents_;
  const TrainSettings& settings_;
  const RunContext& context_;
  std::size_t total_, step_ = 0;  ///< spectra that were learned from
  WordLearner learner_;
};

}  // namespace

TrainedWords train_words(const WordDocuments& documents, const TrainSettings& settings,
                         const RunContext& context) {
  return WordRun(documents, settings, context).run();
}

WordRules word_rules(const WordSettings& settings) {
  return {settings.mz_decimals,    parse_unit_mass(settings.unit_mass),
          settings.noise_floor,    settings.most_peaks,
          settings.loss_from,      settings.loss_to,
          settings.intensity_power};
}

}  // namespace specbridge
