#include "store/encoded/numpy_array.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

std::string array_of(std::size_t rows, std::size_t width, const std::vector<float>& values) {
  return npy_header(rows, width) +
         std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

TEST(ReadNpy, GivesRowsAsTheyWereWritten) {
  const test::TemporaryFolder folder;
  const auto read = read_npy(folder.write("a.npy", array_of(2, 3, {1, 2, 3, 4, 5, 6})));
  EXPECT_EQ(read.rows(), 2U);
  EXPECT_EQ(read.cols(), 3U);
  EXPECT_EQ(read.row(1)[2], 6);
}

TEST(ReadNpy, TakesAnArrayWithoutRows) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(read_npy(folder.write("a.npy", array_of(0, 3, {}))).rows(), 0U);
}

TEST(ReadNpy, RefusesWhatIsNoneOfOurs) {
  const test::TemporaryFolder folder;
  const auto refuse = [&](std::string bytes) {
    const auto file = folder.write("a.npy", bytes);
    EXPECT_THROW(read_npy(file), InputError);
  };
  const std::string good = array_of(2, 3, {1, 2, 3, 4, 5, 6});
  refuse("");
  refuse("PK\x03\x04");
  refuse(good.substr(0, 60));
  refuse(good.substr(0, good.size() - 1));
  refuse(good.substr(0, good.size() - 4));
  refuse(good + "1234");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  refuse(with("<f4", "<f8"));
  refuse(with("False", "True "));
  refuse(with("(2, 3)", "(6,  )"));
  refuse(with("(2, 3)", "(-2,3)"));
  refuse(with("(2, 3)", "(9, 3)"));
}

}  // namespace
}  // namespace specbridge
