#include "encode/vector_precision.h"

#include <gtest/gtest.h>

#include <string>

namespace specbridge {
namespace {

const std::string kOne(64, 'a'), kOther(64, 'b');

TEST(VectorPrecision, Float32IsTheFingerprintItself) {
  EXPECT_EQ(vectors_in(Precision::float32, kOne), kOne);
}

TEST(VectorPrecision, VectorsOfAnotherTypeAreOthersOfTheSameNetwork) {
  const std::string rounded = vectors_in(Precision::bfloat16, kOne);
  EXPECT_NE(rounded, kOne);
  EXPECT_TRUE(same_network(rounded, kOne));
  EXPECT_FALSE(same_network(rounded, vectors_in(Precision::bfloat16, kOther)));
}

TEST(VectorPrecision, AMessageKeepsTheTypeOfAShortenedIdentity) {
  EXPECT_EQ(short_identity(kOne), "aaaaaaaaaaaa...");
  EXPECT_EQ(short_identity(vectors_in(Precision::bfloat16, kOne)), "aaaaaaaaaaaa... in bfloat16");
}

TEST(VectorPrecision, TheRemedyIsTheOptionWhereOnlyTheTypeDiffers) {
  const std::string rounded = vectors_in(Precision::bfloat16, kOne);
  EXPECT_EQ(remedy(rounded, kOne, "index again"), "run with --precision bfloat16, or index again");
  EXPECT_EQ(remedy(kOne, rounded, "index again"), "run with --precision float32, or index again");
  EXPECT_EQ(remedy(rounded, kOther, "index again"), "index again");
  EXPECT_EQ(remedy(kOne, kOther, "index again"), "index again");
}

}  // namespace
}  // namespace specbridge
