#include "train/checkpoint.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "specbridge/error.h"
#include "store/block_file.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::slurp;
using test::TemporaryFolder;

at::Tensor wave_of(std::int64_t count, double phase) {
  return at::sin(at::arange(count, at::kDouble) * 0.7 + phase).to(at::kFloat);
}

/// A state of whose numbers no two are equal, with more than one block of them.
Checkpoint example_state(std::int64_t numbers = 200'003) {
  Checkpoint state;
  state.seed = 18'446'744'073'709'551'557ULL;
  state.steps = 1234;
  state.total_steps = 5678;
  state.lost_in_a_row = 2;
  state.validated_step = 1200;
  state.without_gain = 3;
  state.optimizer = {wave_of(numbers, 1), wave_of(numbers, 2), wave_of(numbers, 3), 1232};
  state.best = BestValidation{{0.1, 0.25, 1.0 / 3, 0.7}, 900, wave_of(numbers, 4)};
  state.log = {"{\"step\":1}\n{\"step\":2}\n", {0.1, 1.0 / 3, 1e-300}};
  return state;
}

TEST(Checkpoint, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const Checkpoint state = example_state();
  write_checkpoint(folder / "state", state);
  const Checkpoint back = read_checkpoint(folder / "state");
  EXPECT_EQ(back.seed, 18'446'744'073'709'551'557ULL);
  EXPECT_EQ(back.steps, 1234U);
  EXPECT_EQ(back.total_steps, 5678U);
  EXPECT_EQ(back.lost_in_a_row, 2U);
  EXPECT_EQ(back.validated_step, 1200U);
  EXPECT_EQ(back.without_gain, 3U);
  EXPECT_EQ(back.optimizer.updates, 1232);
  EXPECT_TRUE(at::equal(back.optimizer.values, state.optimizer.values));
  EXPECT_TRUE(at::equal(back.optimizer.first_moment, state.optimizer.first_moment));
  EXPECT_TRUE(at::equal(back.optimizer.second_moment, state.optimizer.second_moment));
  ASSERT_TRUE(back.best);
  EXPECT_EQ(back.best->step, 900U);
  EXPECT_EQ(back.best->figures.recall_at_1, 0.1);
  EXPECT_EQ(back.best->figures.recall_at_5, 0.25);
  EXPECT_EQ(back.best->figures.recall_at_20, 1.0 / 3);
  EXPECT_EQ(back.best->figures.mrr, 0.7);
  EXPECT_TRUE(at::equal(back.best->weights, state.best->weights));
  EXPECT_EQ(back.log.lines, "{\"step\":1}\n{\"step\":2}\n");
  EXPECT_EQ(back.log.recent, (std::vector<double>{0.1, 1.0 / 3, 1e-300}));
}

TEST(Checkpoint, NeedsNoValidation) {
  const TemporaryFolder folder;
  Checkpoint state = example_state(5);
  state.best.reset();
  state.log = {};
  write_checkpoint(folder / "state", state);
  const Checkpoint back = read_checkpoint(folder / "state");
  EXPECT_FALSE(back.best);
  EXPECT_EQ(back.log.lines, "");
  EXPECT_TRUE(at::equal(back.optimizer.second_moment, state.optimizer.second_moment));
}

TEST(Checkpoint, ReplacesTheOneOfItsNameAndLeavesNothingElse) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "state", example_state(5));
  write_checkpoint(folder / "state", example_state(7));
  EXPECT_EQ(read_checkpoint(folder / "state").optimizer.values.numel(), 7);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(Checkpoint, IsRefusedWhereverABitHasChanged) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "state", example_state(40));
  const std::string whole = slurp(folder / "state");
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    folder.write("damaged", damaged);
    EXPECT_THROW(read_checkpoint(folder / "damaged"), ArtifactError) << "byte " << i;
  }
}

TEST(Checkpoint, IsRefusedWhereverItIsCutOff) {
  const TemporaryFolder folder;
  write_checkpoint(folder / "state", example_state(40));
  const std::string whole = slurp(folder / "state");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    folder.write("cut", whole.substr(0, length));
    EXPECT_THROW(read_checkpoint(folder / "cut"), ArtifactError) << "of " << length << " bytes";
  }
}

/// A whole block file that holds something else than a state.
void write_foreign(const std::filesystem::path& file, const std::string& header,
                   const std::string& rest) {
  const std::uint64_t size = header.size();
  BlockWriter writer(file);
  writer.write_values(std::span(&size, 1));
  writer.write(header + rest);
  writer.finish();
}

TEST(Checkpoint, IsToldFromOtherBlockFiles) {
  const TemporaryFolder folder;
  const std::string file = (folder / "state").string();
  write_foreign(folder / "state", R"({"format_version":2})", "");
  EXPECT_EQ(message_of([&] { read_checkpoint(folder / "state"); }),
            file + ": was written by a newer specbridge");
  for (const char* header : {"", "[]", "{}", "{", R"({"format_version":"1"})",
                             R"({"format_version":1,"seed":1,"steps":1,"total_steps":1,)"
                             R"("lost_in_a_row":0,"validated_step":0,"without_gain":0,)"
                             R"("numbers":4611686018427387904,"updates":1})"}) {
    write_foreign(folder / "state", header, "");
    EXPECT_THROW(read_checkpoint(folder / "state"), ArtifactError) << header;
  }
  EXPECT_THROW(read_checkpoint(folder / "nothing"), ArtifactError);
}

}  // namespace
}  // namespace specbridge
