#include "store/mapped_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/staging.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;

constexpr std::size_t kLength = 1 << 20;

/// Sums bytes, so that no read of them is left out.
int sum(std::string_view bytes) {
  int total = 0;
  for (const char c : bytes) total += c;
  return total;
}

class CutOff : public testing::Test {
 protected:
  CutOff() { guard_mapped_files(); }
  std::string message() const {
    return path_ + ": was cut off while it was read; make or copy it again";
  }
  TemporaryFolder folder_;
  std::string path_ = folder_.write("file", std::string(kLength, 'x'));
};

TEST_F(CutOff, IsFoundByTheFile) {
  const MappedFile file(path_);
  EXPECT_NO_THROW(file.check());
  fs::resize_file(path_, 10);
  EXPECT_LT(sum(file.bytes()), static_cast<int>(kLength));
  EXPECT_EQ(message_of([&] { file.check(); }), message());
  EXPECT_EQ(message_of(check_mapped_files), message());
}

TEST_F(CutOff, IsFoundAfterTheFileWasClosed) {
  {
    const MappedFile file(path_);
    fs::resize_file(path_, 10);
    EXPECT_LT(sum(file.bytes()), static_cast<int>(kLength));
  }
  EXPECT_EQ(message_of(check_mapped_files), message());
  EXPECT_NO_THROW(check_mapped_files());
}

TEST_F(CutOff, KeepsWhatWasComputedFromItFromAppearing) {
  StagedFile out(folder_ / "out", Existing::refuse);
  const MappedFile file(path_);
  fs::resize_file(path_, 0);
  EXPECT_EQ(sum(file.bytes()), 0);
  EXPECT_EQ(message_of([&] { out.commit(); }), message());
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(CutOff, IsNamedByABlockFile) {
  BlockWriter writer(folder_ / "blocks");
  writer.write(std::string(3 * kLength, 'y'));
  writer.finish();
  const BlockFile file(folder_ / "blocks");
  fs::resize_file(folder_ / "blocks", 4096);
  EXPECT_EQ(
      message_of([&] { file.bytes(2 * kLength, 10); }),
      (folder_ / "blocks").string() + ": was cut off while it was read; make or copy it again");
}

}  // namespace
}  // namespace specbridge
