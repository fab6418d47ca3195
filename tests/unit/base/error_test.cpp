#include "specbridge/error.h"

#include <gtest/gtest.h>

namespace specbridge {
namespace {

TEST(InputError, SaysFileAndLineBeforeTheProblem) {
  const InputError error({"query.mgf", 4183}, "PEPMASS is not a number");
  EXPECT_STREQ(error.what(), "query.mgf:4183: PEPMASS is not a number");
  EXPECT_EQ(error.at().file, "query.mgf");
  EXPECT_EQ(error.at().line, 4183U);
}

TEST(InputError, LeavesOutTheLineOfAWholeFile) {
  EXPECT_STREQ(InputError({"query.mgf", 0}, "is a directory").what(), "query.mgf: is a directory");
}

TEST(SourcePos, IsWrittenAsCompilersWriteIt) {
  EXPECT_EQ(to_string(SourcePos{"a.mgf", 12}), "a.mgf:12");
  EXPECT_EQ(to_string(SourcePos{"a.mgf", 0}), "a.mgf");
}

}  // namespace
}  // namespace specbridge
