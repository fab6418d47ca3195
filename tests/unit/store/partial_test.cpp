#include "store/partial.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "store/output_place.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::slurp;
using test::TemporaryFolder;

std::size_t entries_of(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

/// Runs `work` in a process that is killed after it.
void killed_after(const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
}

TEST(Partials, AreRemovedAtAnEndWithoutUnwinding) {
  const TemporaryFolder folder;
  const Partial file(folder / "a.tsv", Partial::Kind::file);
  const Partial directory(folder / "b", Partial::Kind::folder);
  { const Partial dropped(folder / "c", Partial::Kind::file); }
  folder.write("kept", "");
  ASSERT_EQ(entries_of(folder.path()), 3U);
  remove_partials();
  EXPECT_EQ(entries_of(folder.path()), 1U);
  EXPECT_TRUE(fs::exists(folder / "kept"));
}

TEST(Leftovers, OfAKilledRunAreRemoved) {
  const TemporaryFolder folder;
  killed_after([&] { new Partial(folder / "out", Partial::Kind::file); });
  killed_after([&] {
    auto* partial = new Partial(folder / "out/", Partial::Kind::folder);
    folder.write((partial->path().filename() / "a").string(), "half");
  });
  ASSERT_EQ(entries_of(folder.path()), 2u);
  EXPECT_EQ(clear_leftovers(folder / "out").size(), 2u);
  EXPECT_EQ(entries_of(folder.path()), 0u);
}

TEST(Leftovers, OfALivingRunStay) {
  const TemporaryFolder folder;
  const Partial file(folder / "out", Partial::Kind::file);
  const Partial second(folder / "out", Partial::Kind::folder);
  EXPECT_EQ(clear_leftovers(folder / "out"), std::vector<fs::path>{});
  EXPECT_NE(file.path(), second.path());
  EXPECT_EQ(entries_of(folder.path()), 2u);
}

TEST(Leftovers, AreNotTakenForThoseOfAnotherOutput) {
  const TemporaryFolder folder;
  for (const char* name :
       {"out.tsv.partial-1", "out.partial-", "out.partial-x", "out.partial-1.tsv",
        "my-out.partial-1", "out.partial", "out.partial-1-"}) {
    folder.write(name, "");
  }
  EXPECT_EQ(clear_leftovers(folder / "out"), std::vector<fs::path>{});
  folder.write("out.partial-12", "");
  folder.write("out.partial-12-3", "");
  EXPECT_EQ(clear_leftovers(folder / "out").size(), 2u);
}

TEST(Leftovers, BringBackAnOldFolderThatWasOutOfItsPlace) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out.partial-7.old");
  folder.write("out.partial-7.old/a", "old");
  EXPECT_EQ(clear_leftovers(folder / "out").size(), 1u);
  EXPECT_EQ(slurp(folder / "out/a"), "old");
  fs::create_directory(folder / "out.partial-8.old");
  clear_leftovers(folder / "out");
  EXPECT_FALSE(fs::exists(folder / "out.partial-8.old"));
  EXPECT_EQ(slurp(folder / "out/a"), "old");
}

TEST(Partial, TakesAnotherNameThanAStrangerOfTheSameNumber) {
  const TemporaryFolder folder;
  const std::string name = "out.partial-" + std::to_string(getpid());
  fs::create_directory(folder / name);  // a process of our number in another container left it
  const Partial partial(folder / "out", Partial::Kind::file);
  EXPECT_TRUE(fs::is_regular_file(partial.path()));
}

class Says : public Reporter {
 public:
  void info(std::string_view) override {}
  void warning(std::string_view text) override { said.emplace_back(text); }
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  std::vector<std::string> said;
};

TEST(Leftovers, AreNamedWhenTheyAreClearedAway) {
  const TemporaryFolder folder;
  folder.write("out.partial-12", "");
  Says says;
  RunContext context;
  context.reporter = &says;
  claim_outputs({{folder / "out"}}, {}, context);
  EXPECT_EQ(says.said,
            std::vector<std::string>{(folder / "out.partial-12").string() +
                                     ": cleared away, a run that was killed had left it behind"});
}

}  // namespace
}  // namespace specbridge
