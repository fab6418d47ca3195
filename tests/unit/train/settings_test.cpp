#include "specbridge/train_settings.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/json.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

TEST(TrainSettings, DefaultsAreThePapersConfiguration) {
  const auto paper = read_train_settings(test::source_dir() / "configs" / "specbridge.json");
  EXPECT_EQ(to_json(paper), to_json(TrainSettings{}));
}

TEST(TrainSettings, EveryShippedConfigurationCanBeRead) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(test::source_dir() / "configs")) {
    EXPECT_NO_THROW(read_train_settings(file.path())) << file.path();
    ++count;
  }
  EXPECT_GE(count, 4U);
}

TEST(TrainSettings, AFileOverwritesOnlyTheKeysItNames) {
  const TemporaryFolder folder;
  const auto settings = read_train_settings(folder.write(
      "c.json",
      R"({"learning_rate": 0.5, "mapper_blocks": 3, "trainable_blocks": 1, "description": "x"})"));
  EXPECT_EQ(settings.learning_rate, 0.5);
  EXPECT_EQ(settings.shape.mapper_blocks, 3U);
  EXPECT_EQ(settings.trainable_blocks, "1");
  EXPECT_EQ(settings.batch, 128U);
}

TEST(TrainSettings, TheResolvedTextReadsBackToTheSameSettings) {
  const TemporaryFolder folder;
  TrainSettings settings;
  settings.learning_rate = 1.0 / 3;
  settings.shape.head_out = 77;
  settings.trainable_blocks = "all";
  settings.schedule = "constant";
  const auto again = read_train_settings(folder.write("c.json", to_json(settings)));
  EXPECT_EQ(to_json(again), to_json(settings));
  EXPECT_EQ(again.learning_rate, 1.0 / 3);
}

TEST(TrainSettings, RefusesAnUnknownKeyWithASuggestion) {
  const TemporaryFolder folder;
  const auto file = folder.write("c.json", R"({"learnig_rate": 0.5})");
  EXPECT_EQ(message_of([&] { read_train_settings(file); }),
            file.string() + R"(: unknown key "learnig_rate"; did you mean "learning_rate"?)");
}

TEST(TrainSettings, RefusesAMissingFileAsAUsageError) {
  const TemporaryFolder folder;
  EXPECT_THROW(read_train_settings(folder / "none.json"), UsageError);
}

TEST(TrainSettings, RefusesAnImpossibleValueWithItsPlace) {
  const TemporaryFolder folder;
  const auto file = folder.write("c.json", R"({"learning_rate": -1})");
  EXPECT_EQ(message_of([&] { read_train_settings(file); }),
            file.string() + R"(: "learning_rate" is -1, expected a number above 0)");
}

TEST(TrainSettings, AnAssignmentSetsNumbersAndWords) {
  TrainSettings settings;
  apply_setting(settings, "learning_rate=3e-5");
  apply_setting(settings, "schedule=constant");
  apply_setting(settings, "trainable_blocks=all");
  apply_setting(settings, " trainable_blocks = 0 ");
  EXPECT_EQ(settings.learning_rate, 3e-5);
  EXPECT_EQ(settings.schedule, "constant");
  EXPECT_EQ(settings.trainable_blocks, "0");
}

TEST(TrainSettings, RefusesAnAssignmentToAnUnknownKey) {
  TrainSettings settings;
  EXPECT_EQ(message_of([&] { apply_setting(settings, "epoch=3"); }),
            R"(--set: unknown key "epoch"; did you mean "epochs"?)");
}

TEST(TrainSettings, RefusesAnAssignmentWithoutAnEqualsSign) {
  TrainSettings settings;
  EXPECT_EQ(message_of([&] { apply_setting(settings, "epochs"); }),
            R"(--set: found "epochs", expected key=value, e.g. learning_rate=3e-5)");
}

TEST(TrainSettings, RefusesAnAssignmentOfTheWrongType) {
  TrainSettings settings;
  EXPECT_EQ(message_of([&] { apply_setting(settings, "batch=many"); }),
            R"(--set: "batch" is "many", expected a whole number, 0 or more)");
}

TEST(TrainSettings, RefusesASchedulesThatDoesNotExist) {
  TrainSettings settings;
  EXPECT_EQ(message_of([&] { apply_setting(settings, "schedule=linear"); }),
            R"(--set: "schedule" is linear, expected cosine or constant)");
}

TEST(TrainSettings, KeepByRecallAt5UnlessToldOtherwise) {
  TrainSettings settings;
  EXPECT_EQ(settings.keep_best_by, "recall@5");
  apply_setting(settings, "keep_best_by=mrr");
  EXPECT_EQ(settings.keep_best_by, "mrr");
  EXPECT_EQ(message_of([&] { apply_setting(settings, "keep_best_by=loss"); }),
            R"(--set: "keep_best_by" is loss, expected recall@1, recall@5 or mrr)");
}

TEST(TrainSettings, HaveEndlessPatienceUnlessToldOtherwise) {
  TrainSettings settings;
  EXPECT_EQ(settings.patience, 0U);
  apply_setting(settings, "patience=3");
  EXPECT_EQ(settings.patience, 3U);
  EXPECT_EQ(message_of([&] { apply_setting(settings, "patience=-1"); }),
            R"(--set: "patience" is -1, expected a whole number, 0 or more)");
}

TEST(TrainSettings, OfSimilarityHaveDefaultsOfTheirOwn) {
  const auto settings = default_settings(TrainingObjective::similarity);
  EXPECT_EQ(settings.shape.mapper_blocks, 0U);
  EXPECT_EQ(settings.trainable_blocks, "all");
  EXPECT_EQ(settings.keep_best_by, "recall@1");
}

TEST(TrainSettings, OfSimilarityReadBackToTheSame) {
  const TemporaryFolder folder;
  auto settings = default_settings(TrainingObjective::similarity);
  settings.triplet_weight = 0.5;
  settings.labels = "shuffled";
  const auto again = read_train_settings(folder.write("c.json", to_json(settings)));
  EXPECT_EQ(to_json(again), to_json(settings));
  EXPECT_EQ(again.objective, TrainingObjective::similarity);
  EXPECT_EQ(again.triplet_weight, 0.5);
}

TEST(TrainSettings, OfABridgeSayNothingOfSimilarity) {
  const std::string text = to_json(TrainSettings{});
  for (const char* key : {"objective", "supcon_weight", "labels", "vector_dim"}) {
    EXPECT_EQ(text.find('"' + std::string(key) + '"'), std::string::npos) << key;
  }
}

TEST(TrainSettings, RefuseAKeyOfTheOtherObjective) {
  const TemporaryFolder folder;
  const auto bridge = folder.write("bridge.json", R"({"supcon_weight": 1})");
  EXPECT_EQ(
      message_of([&] { read_train_settings(bridge); }),
      bridge.string() + R"(: "supcon_weight" is no key of the objective bridge; leave it out)");
  const auto similarity =
      folder.write("similarity.json", R"({"objective": "similarity", "contrastive_weight": 1})");
  EXPECT_EQ(message_of([&] { read_train_settings(similarity); }),
            similarity.string() +
                R"(: "contrastive_weight" is no key of the objective similarity; leave it out)");
}

TEST(TrainSettings, TakeTheObjectiveFromWhoeverSaysIt) {
  const TemporaryFolder folder;
  const auto silent = folder.write("silent.json", R"({"batch": 7})");
  const auto telling = folder.write("telling.json", R"({"objective": "similarity"})");
  EXPECT_EQ(read_train_settings(silent).objective, TrainingObjective::bridge);
  EXPECT_EQ(read_train_settings(silent, TrainingObjective::similarity).keep_best_by, "recall@1");
  EXPECT_EQ(read_train_settings(telling).objective, TrainingObjective::similarity);
  EXPECT_EQ(message_of([&] { read_train_settings(telling, TrainingObjective::bridge); }),
            telling.string() +
                R"(: "objective" is similarity, asked for is bridge; leave one of them out)");
}

TEST(TrainSettings, RefuseAnObjectiveThatDoesNotExist) {
  const TemporaryFolder folder;
  const auto file = folder.write("c.json", R"({"objective": "tanimoto"})");
  EXPECT_EQ(message_of([&] { read_train_settings(file); }),
            file.string() +
                R"(: "objective": found "tanimoto", expected bridge, similarity, generate, )"
                "spec2vec or masked-tokens");
  TrainSettings settings;
  EXPECT_EQ(message_of([&] { apply_setting(settings, "objective=similarity"); }),
            "--set: the objective settles the defaults of others; use --objective");
}

TEST(TrainSettings, RefuseSimilarityWithoutAnyTerm) {
  auto settings = default_settings(TrainingObjective::similarity);
  settings.triplet_weight = settings.tanimoto_weight = 0;
  EXPECT_EQ(
      message_of([&] { apply_setting(settings, "supcon_weight=0"); }),
      R"(--set: "supcon_weight" is 0, expected a number above 0, or one of triplet_weight and )"
      "tanimoto_weight above 0");
}

TEST(TrainSettings, OfGenerationReadBackToTheSameAndKnowNoMapper) {
  const TemporaryFolder folder;
  auto settings = default_settings(TrainingObjective::generate);
  settings.generation.truth_dropped = 0.25;
  const std::string text = to_json(settings);
  const auto again = read_train_settings(folder.write("c.json", text));
  EXPECT_EQ(to_json(again), text);
  EXPECT_EQ(again.generation.truth_dropped, 0.25);
  for (const char* key :
       {"mapper_blocks", "keep_best_by", "members", "distance_weight", "labels"}) {
    EXPECT_FALSE(Json::parse(text).contains(key)) << key;
  }
}

TEST(TrainSettings, RefuseSharesOfGenerationThatAreNone) {
  auto settings = default_settings(TrainingObjective::generate);
  EXPECT_EQ(message_of([&] { apply_setting(settings, "truth_dropped=1.5"); }),
            R"(--set: "truth_dropped" is 1.5, expected a number from 0 to 1)");
  EXPECT_EQ(message_of([&] { apply_setting(settings, "mapper_blocks=1"); }),
            R"(--set: "mapper_blocks" is no key of the objective generate; leave it out)");
}

TEST(TrainSettings, OfHiddenTokensReadBackToTheSameAndKnowNoMolecules) {
  const TemporaryFolder folder;
  auto settings = default_settings(TrainingObjective::masked_tokens);
  settings.masked_share = 0.3;
  const std::string text = to_json(settings);
  const auto again = read_train_settings(folder.write("c.json", text));
  EXPECT_EQ(to_json(again), text);
  EXPECT_EQ(again.masked_share, 0.3);
  for (const char* key : {"mapper_blocks", "trainable_blocks", "molecule_weight_power", "labels",
                          "members", "keep_best_by", "vector_dim"}) {
    EXPECT_FALSE(Json::parse(text).contains(key)) << key;
  }
  EXPECT_TRUE(Json::parse(text).contains("intensity_jitter"));
  EXPECT_EQ(message_of([&] { apply_setting(settings, "masked_share=0"); }),
            R"(--set: "masked_share" is 0, expected a number above 0 and below 1)");
}

TEST(TrainSettings, OfWordsReadBackToTheSameAndKnowNoNetwork) {
  const TemporaryFolder folder;
  auto settings = default_settings(TrainingObjective::spec2vec);
  settings.words.mz_decimals = 1;
  const std::string text = to_json(settings);
  const auto again = read_train_settings(folder.write("c.json", text));
  EXPECT_EQ(to_json(again), text);
  EXPECT_EQ(again.words.mz_decimals, 1U);
  EXPECT_EQ(again.vector_dim, 300U);
  for (const char* key : {"batch", "beta1", "mapper_blocks", "validations", "supcon_weight"}) {
    EXPECT_FALSE(Json::parse(text).contains(key)) << key;
  }
}

TEST(TrainSettings, RefuseARateOfWordsThatEndsBelowZero) {
  auto settings = default_settings(TrainingObjective::spec2vec);
  EXPECT_EQ(message_of([&] { apply_setting(settings, "epochs=101"); }),
            R"(--set: "learning_rate_decay" is 0.00025, expected at most learning_rate / epochs)");
}

TEST(TrainSettings, AreAllExplained) {
  std::set<std::string> keys;
  for (const auto objective :
       {TrainingObjective::bridge, TrainingObjective::similarity, TrainingObjective::generate,
        TrainingObjective::spec2vec, TrainingObjective::masked_tokens}) {
    const Json all = Json::parse(to_json(default_settings(objective)));
    for (const auto& [key, value] : all.items()) keys.insert(key);
  }
  keys.erase("objective");  // an option of its own
  const auto texts = setting_texts();
  EXPECT_EQ(texts.size(), keys.size());
  for (const auto& text : texts) EXPECT_NE(text.meaning, "") << text.key;
}

}  // namespace
}  // namespace specbridge
