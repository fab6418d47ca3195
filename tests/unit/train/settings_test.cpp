#include "specbridge/train_settings.h"

#include <gtest/gtest.h>

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

TEST(TrainSettings, AreAllExplained) {
  std::size_t lines = 0;
  for (const char c : to_json(TrainSettings{})) lines += c == ':' ? 1 : 0;
  const auto texts = setting_texts();
  EXPECT_EQ(texts.size(), lines);
  for (const auto& text : texts) EXPECT_NE(text.meaning, "") << text.key;
}

}  // namespace
}  // namespace specbridge
