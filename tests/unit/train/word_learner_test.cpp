#include "train/words/word_learner.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "train/words/word_documents.h"
#include "train/words/word_training.h"

namespace specbridge {
namespace {

constexpr std::size_t kDim = 5;

WordSettings all_words(std::size_t negatives) {
  WordSettings settings;
  settings.subsampling = 0;
  settings.negatives = negatives;
  return settings;
}

using Numbers = std::vector<std::vector<double>>;

Numbers numbers_of(const Matrix& matrix) {
  Numbers rows;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    rows.emplace_back(matrix.row(i).begin(), matrix.row(i).end());
  }
  return rows;
}

/// Word2vec as it is written down: every word in turn, its context summed anew.
struct Plainly {
  Numbers vectors, outputs;
  const NegativeTable& table;
  double rate;

  double told_apart(std::size_t word, double target, const std::vector<double>& context,
                    std::vector<double>& change) {
    double score = 0;
    for (std::size_t c = 0; c < kDim; ++c) score += context[c] * outputs[word][c];
    const double chance = 1 / (1 + std::exp(-score));
    for (std::size_t c = 0; c < kDim; ++c) {
      change[c] += rate * (target - chance) * outputs[word][c];
      outputs[word][c] += rate * (target - chance) * context[c];
    }
    return -std::log(target > 0 ? chance : 1 - chance);
  }

  double learn(const std::vector<std::uint32_t>& words, std::size_t negatives, Random& random) {
    double loss = 0;
    for (const std::uint32_t word : words) {
      std::vector<double> context(kDim), change(kDim);
      for (const std::uint32_t other : words) {
        if (other == word) continue;
        for (std::size_t c = 0; c < kDim; ++c) {
          context[c] += vectors[other][c] / static_cast<double>(words.size() - 1);
        }
      }
      loss += told_apart(word, 1, context, change);
      for (std::size_t i = 0; i < negatives; ++i) {
        const std::size_t drawn = table.draw(random);
        if (drawn != word) loss += told_apart(drawn, 0, context, change);
      }
      for (const std::uint32_t other : words) {
        if (other == word) continue;
        for (std::size_t c = 0; c < kDim; ++c) vectors[other][c] += change[c];
      }
    }
    return loss;
  }
};

TEST(WordLearner, TakesTheStepsOfWord2vecOneWordAfterTheOther) {
  const std::vector<std::uint64_t> counts = {9, 7, 4, 4, 2, 1};
  WordLearner learner(counts, all_words(3), kDim, 11);
  const NegativeTable table(counts, 0.75);
  Plainly plainly{numbers_of(learner.vectors()), numbers_of(learner.outputs()), table, 0.4};
  Random ours(5), theirs(5);
  const std::vector<std::vector<std::uint32_t>> spectra = {
      {0, 2, 5, 1}, {3, 1}, {4, 0, 3, 2, 1, 5}, {0, 4}, {1, 2, 0}};
  for (int round = 0; round < 20; ++round) {
    for (const auto& words : spectra) {
      const WordLoss loss = learner.learn(words, 0.4, ours);
      EXPECT_EQ(loss.words, words.size());
      EXPECT_NEAR(loss.sum, plainly.learn(words, 3, theirs), 1e-4);
    }
  }
  for (std::size_t word = 0; word < counts.size(); ++word) {
    for (std::size_t c = 0; c < kDim; ++c) {
      EXPECT_NEAR(learner.vectors().row(word)[c], plainly.vectors[word][c], 1e-3);
      EXPECT_NEAR(learner.outputs().row(word)[c], plainly.outputs[word][c], 1e-3);
    }
  }
}

TEST(WordLearner, LearnsNothingFromASingleWord) {
  WordLearner learner({3, 2}, all_words(2), kDim, 1);
  const auto before = numbers_of(learner.vectors());
  Random random(1);
  EXPECT_EQ(learner.learn(std::vector<std::uint32_t>{1}, 0.1, random).words, 0U);
  EXPECT_EQ(numbers_of(learner.vectors()), before);
}

TEST(WordLearner, KeepsFrequentWordsAtTheRateOfWord2vec) {
  WordSettings settings;
  settings.subsampling = 0.01;
  const WordLearner learner({900, 90, 10}, settings, kDim, 1);  // shares 0.9, 0.09, 0.01
  EXPECT_DOUBLE_EQ(learner.kept_share(0), std::sqrt(0.01 / 0.9) + 0.01 / 0.9);
  EXPECT_DOUBLE_EQ(learner.kept_share(1), std::sqrt(0.01 / 0.09) + 0.01 / 0.09);
  EXPECT_EQ(learner.kept_share(2), 1);
}

TEST(NegativeTable, DrawsByTheStatedPowerOfTheCount) {
  const NegativeTable table(std::vector<std::uint64_t>{16, 81, 1}, 0.75);
  EXPECT_DOUBLE_EQ(table.probability(0), 8.0 / 36);  // 16^.75 = 8, 81^.75 = 27
  EXPECT_DOUBLE_EQ(table.probability(1), 27.0 / 36);
  EXPECT_DOUBLE_EQ(table.probability(2), 1.0 / 36);
  Random random(2);
  std::vector<double> drawn(3);
  constexpr int kDraws = 36000;
  for (int i = 0; i < kDraws; ++i) drawn[table.draw(random)] += 36.0 / kDraws;
  EXPECT_NEAR(drawn[0], 8, 0.4);
  EXPECT_NEAR(drawn[1], 27, 0.4);
  EXPECT_NEAR(drawn[2], 1, 0.2);
}

/// Spectra of two topics, of ten words each, and two words that all have.
WordDocuments two_topics() {
  WordDocuments documents;
  Random random(9);
  for (int i = 0; i < 200; ++i) {
    std::vector<Word> own = {{"both@1", 1}, {"both@2", 1}};
    for (int k = 0; k < 10; ++k) {
      if (random.uniform() < 0.6)
        own.push_back({(i % 2 == 0 ? "a@" : "b@") + std::to_string(k), 1});
    }
    documents.add(own);
  }
  documents.keep_frequent(1);
  return documents;
}

TrainSettings small_training() {
  TrainSettings settings = default_settings(TrainingObjective::spec2vec);
  settings.vector_dim = 16;
  settings.epochs = 30;
  settings.words.subsampling = 0;
  return settings;
}

TEST(WordTraining, BringsWordsOfOneTopicTogether) {
  const auto documents = two_topics();
  auto trained = train_words(documents, small_training(), {});
  for (std::size_t i = 0; i < trained.vectors.rows(); ++i) normalize(trained.vectors.row(i));
  for (std::size_t a = 0; a < trained.vectors.rows(); ++a) {
    const char topic = documents.words()[a].text[0];
    if (documents.words()[a].text.starts_with("both")) continue;
    double best = -2;
    char nearest = ' ';
    for (std::size_t b = 0; b < trained.vectors.rows(); ++b) {
      const std::string& text = documents.words()[b].text;
      if (a == b || text.starts_with("both")) continue;
      const double cosine = dot(trained.vectors.row(a), trained.vectors.row(b));
      if (cosine > best) nearest = text[0];
      best = std::max(best, cosine);
    }
    EXPECT_EQ(nearest, topic) << documents.words()[a].text;
  }
}

TEST(WordTraining, LowersTheLossAndLogsEveryEpoch) {
  const auto documents = two_topics();
  auto settings = small_training();
  const auto trained = train_words(documents, settings, {});
  EXPECT_EQ(trained.result.steps, 30U * 200);
  EXPECT_EQ(std::ranges::count(trained.metrics, '\n'), 30);
  settings.epochs = 0.5;
  const auto first = train_words(documents, settings, {});
  EXPECT_EQ(first.result.steps, 100U);
  EXPECT_NEAR(first.result.final_loss, 5.6 * std::log(2), 0.5);  // nothing is known yet
  EXPECT_LT(trained.result.final_loss, first.result.final_loss);
}

TEST(WordTraining, GivesTheSameBytesForASeedOnAnyNumberOfThreads) {
  const auto documents = two_topics();
  RunContext one, two, other;
  one.threads = 1;
  two.threads = 2;
  other.seed = 2;
  const auto a = train_words(documents, small_training(), one);
  const auto b = train_words(documents, small_training(), two);
  const auto c = train_words(documents, small_training(), other);
  EXPECT_TRUE(std::ranges::equal(a.vectors.values(), b.vectors.values()));
  EXPECT_EQ(a.metrics, b.metrics);
  EXPECT_FALSE(std::ranges::equal(a.vectors.values(), c.vectors.values()));
}

}  // namespace
}  // namespace specbridge
