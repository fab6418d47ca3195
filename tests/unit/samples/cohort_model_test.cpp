#include "samples/cohort_model.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"
#include "store/staging.h"
#include "support/support.h"

namespace specbridge {
namespace {

CohortModel three_classes() {
  CohortModel model{{SamplePool::mean, 2, "m", ""}, {"a", "b", "c"}, {}, true};
  model.classifier = {{0.5, 1.5}, {1, 0}, {{1, 2}, {3, 4}, {5, 6}}, {-1, 0, 1}};
  return model;
}

TEST(CohortModel, IsReadAsItIsWritten) {
  const test::TemporaryFolder folder;
  write_cohort(folder.path(), three_classes(), {{"samples", 9}});
  const auto read = read_cohort_model(folder.path());
  EXPECT_EQ(read.rule, three_classes().rule);
  EXPECT_EQ(read.classes, three_classes().classes);
  EXPECT_TRUE(read.blanks_subtracted);
  EXPECT_EQ(read.classifier.weights, three_classes().classifier.weights);
  EXPECT_EQ(read.classifier.means, three_classes().classifier.means);
  EXPECT_EQ(read.classifier.deviations, three_classes().classifier.deviations);
  EXPECT_EQ(read.classifier.constants, three_classes().classifier.constants);
}

TEST(CohortModel, WithAByteChangedIsRefused) {
  const test::TemporaryFolder folder;
  write_cohort(folder.path(), three_classes(), Json::object());
  std::string bytes = test::slurp(folder / "weights.safetensors");
  bytes.back() ^= 1;
  write_file(folder / "weights.safetensors", bytes);
  EXPECT_THROW(read_cohort_model(folder.path()), ArtifactError);
}

TEST(CohortModel, WithWeightsOfAnotherWidthIsRefused) {
  const test::TemporaryFolder folder;
  CohortModel model = three_classes();
  model.rule.width = 3;
  write_cohort(folder.path(), model, Json::object());
  EXPECT_THROW(read_cohort_model(folder.path()), ArtifactError);
}

}  // namespace
}  // namespace specbridge
