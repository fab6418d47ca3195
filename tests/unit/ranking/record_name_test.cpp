#include "specbridge/record_name.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

TEST(SameName, IsThatOfEqualNames) {
  EXPECT_TRUE(same_name("CCMSLIB1", "CCMSLIB1"));
  EXPECT_FALSE(same_name("CCMSLIB1", "CCMSLIB2"));
}

TEST(SameName, IsTheNumberWhereRecordsHaveNoName) {
  EXPECT_TRUE(same_name("run.mgf:3", "renamed run.mgf.gz:3"));
  EXPECT_FALSE(same_name("run.mgf:3", "run.mgf:4"));
  EXPECT_FALSE(same_name("run.mgf:3", "3"));
  EXPECT_FALSE(same_name("scan:a", "other:a"));
}

}  // namespace
}  // namespace specbridge
