#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "store/staging.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::slurp;
using test::TemporaryFolder;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::ranges::sort(names);
  return names;
}

using Names = std::vector<std::string>;
const DirectoryKind kThing = {"thing", {"manifest.json", "a", "b", "new"}};

TEST(CheckOutput, AcceptsAFreeNameInAFolder) {
  const TemporaryFolder folder;
  EXPECT_NO_THROW(check_output(folder / "out", Existing::refuse));
  EXPECT_NO_THROW(check_output(folder / "out/", Existing::refuse));
  EXPECT_NO_THROW(check_output("a-name-that-is-not-there", Existing::refuse));
}

TEST(CheckOutput, RefusesWhatExistsUnlessItMayBeReplaced) {
  const TemporaryFolder folder;
  const std::string file = folder.write("out", "");
  EXPECT_EQ(message_of([&] { check_output(file, Existing::refuse); }),
            file + ": exists already; choose another name or replace it with --force");
  EXPECT_NO_THROW(check_output(file, Existing::replace));
}

TEST(CheckOutput, NeverReplacesADirectoryByAFile) {
  const TemporaryFolder folder;
  const std::string place = folder.path().string();
  EXPECT_EQ(message_of([&] { check_output(place, Existing::replace); }),
            place + ": is a folder; expected the name of a file to write");
}

TEST(CheckOutputDirectory, KnowsFilesWhoseNamesDependOnTheInput) {
  const TemporaryFolder folder;
  const DirectoryKind drawings = {
      "set", {"list"}, [](std::string_view name) { return name.ends_with(".svg"); }};
  fs::create_directory(folder / "out");
  folder.write("out/list", "");
  folder.write("out/any.svg", "");
  EXPECT_NO_THROW(check_output_directory(folder / "out", drawings, Existing::replace));
  folder.write("out/any.png", "");
  EXPECT_EQ(
      message_of([&] { check_output_directory(folder / "out", drawings, Existing::replace); }),
      (folder / "out").string() +
          ": holds any.png, which is no part of a set; --force does not replace it; choose another "
          "name");
}

TEST(CheckOutputDirectory, ReplacesOnlyWhatTheProgramWroteOrWhatIsEmpty) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out");
  EXPECT_NO_THROW(check_output_directory(folder / "out", kThing, Existing::replace));
  folder.write("out/letter.txt", "dear");
  EXPECT_EQ(message_of([&] { check_output_directory(folder / "out", kThing, Existing::replace); }),
            (folder / "out").string() +
                ": is not an output of specbridge, --force does not replace it; "
                "choose another name");
  folder.write("out/manifest.json", "{}");
  EXPECT_EQ(message_of([&] { check_output_directory(folder / "out", kThing, Existing::replace); }),
            (folder / "out").string() +
                ": holds letter.txt, which is no part of a thing; --force does not replace it; "
                "choose another name");
  fs::remove(folder / "out/letter.txt");
  EXPECT_NO_THROW(check_output_directory(folder / "out", kThing, Existing::replace));
}

TEST(CheckOutputDirectory, NeverReplacesAFile) {
  const TemporaryFolder folder;
  const std::string file = folder.write("out", "");
  EXPECT_EQ(
      message_of([&] { check_output_directory(file, kThing, Existing::replace); }),
      file + ": is not an output of specbridge, --force does not replace it; choose another name");
}

TEST(CheckOutput, NeedsTheFolder) {
  const TemporaryFolder folder;
  const std::string file = folder / "no/out", parent = folder / "no";
  EXPECT_EQ(message_of([&] { check_output(file, Existing::replace); }),
            file + ": the folder " + parent + " does not exist");
}

TEST(StagedFile, AppearsWholeAtItsCommit) {
  const TemporaryFolder folder;
  StagedFile file(folder / "out", Existing::refuse);
  file.write("first ");
  file.write("second");
  EXPECT_FALSE(fs::exists(folder / "out"));
  file.commit();
  EXPECT_EQ(slurp(folder / "out"), "first second");
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedFile, WritesOverItsStartAndGoesOnBehindTheLast) {
  const TemporaryFolder folder;
  StagedFile file(folder / "out", Existing::refuse);
  file.write("?? rows: a ");
  file.rewrite_start("12");
  file.write("b");
  file.commit();
  EXPECT_EQ(slurp(folder / "out"), "12 rows: a b");
}

TEST(StagedFile, LeavesNothingWithoutCommit) {
  const TemporaryFolder folder;
  { StagedFile(folder / "out", Existing::refuse).write("half"); }
  EXPECT_EQ(names_in(folder.path()), Names{});
}

TEST(StagedFile, WithoutCommitLeavesTheOldFile) {
  const TemporaryFolder folder;
  folder.write("out", "old");
  { StagedFile(folder / "out", Existing::replace).write("half"); }
  EXPECT_EQ(slurp(folder / "out"), "old");
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedFile, ReplacesWhereItMay) {
  const TemporaryFolder folder;
  folder.write("out", "old");
  StagedFile file(folder / "out", Existing::replace);
  file.write("new");
  file.commit();
  EXPECT_EQ(slurp(folder / "out"), "new");
}

TEST(StagedFile, RefusesAFileThatIsThere) {
  const TemporaryFolder folder;
  const std::string out = folder.write("out", "old");
  EXPECT_EQ(message_of([&] { StagedFile(out, Existing::refuse); }),
            out + ": exists already; choose another name or replace it with --force");
  EXPECT_EQ(slurp(out), "old");
}

TEST(StagedFile, RefusesAFileThatCameMeanwhile) {
  const TemporaryFolder folder;
  StagedFile file(folder / "out", Existing::refuse);
  file.write("ours");
  folder.write("out", "theirs");
  EXPECT_THROW(file.commit(), OutputError);
  EXPECT_EQ(slurp(folder / "out"), "theirs");
}

TEST(StagedFile, DoesNotReplaceADirectory) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out");
  const std::string out = folder / "out";
  EXPECT_EQ(message_of([&] { write_file(out, "x"); }),
            out + ": is a folder; expected the name of a file to write");
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(WriteFile, WritesAtOnce) {
  const TemporaryFolder folder;
  write_file(folder / "out", "content");
  EXPECT_EQ(slurp(folder / "out"), "content");
  EXPECT_THROW(write_file(folder / "out", "x", Existing::refuse), OutputError);
}

TEST(StagedDirectory, AppearsWholeAtItsCommit) {
  const TemporaryFolder folder;
  StagedDirectory staging(folder / "out", kThing, Existing::refuse);
  write_file(staging.path() / "a", "content");
  fs::create_directory(staging.path() / "b");
  EXPECT_FALSE(fs::exists(folder / "out"));
  staging.commit();
  EXPECT_EQ(names_in(folder / "out"), (Names{"a", "b"}));
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedDirectory, TakesANameWithATrailingSlash) {
  const TemporaryFolder folder;
  {
    StagedDirectory staging(folder / "out/", kThing, Existing::refuse);
    write_file(staging.path() / "manifest.json", "1");
    staging.commit();
  }
  EXPECT_EQ(names_in(folder / "out"), Names{"manifest.json"});
  StagedDirectory again(folder / "out/", kThing, Existing::replace);
  write_file(again.path() / "b", "2");
  again.commit();
  EXPECT_EQ(names_in(folder / "out"), Names{"b"});
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedDirectory, LeavesNothingWithoutCommit) {
  const TemporaryFolder folder;
  {
    StagedDirectory staging(folder / "out", kThing, Existing::refuse);
    write_file(staging.path() / "a", "content");
  }
  EXPECT_EQ(names_in(folder.path()), Names{});
}

TEST(StagedDirectory, ReplacesAFullDirectoryAsAWhole) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out");
  folder.write("out/manifest.json", "old");
  StagedDirectory staging(folder / "out", kThing, Existing::replace);
  write_file(staging.path() / "new", "new");
  EXPECT_EQ(names_in(folder / "out"), Names{"manifest.json"});
  staging.commit();
  EXPECT_EQ(names_in(folder / "out"), Names{"new"});
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedDirectory, WithoutCommitLeavesTheOldDirectory) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out");
  folder.write("out/manifest.json", "old");
  { const StagedDirectory staging(folder / "out", kThing, Existing::replace); }
  EXPECT_EQ(names_in(folder / "out"), Names{"manifest.json"});
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedDirectory, RefusesWhatIsThereBeforeAnyWork) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out");
  const std::string out = folder / "out";
  EXPECT_EQ(message_of([&] { StagedDirectory(out, kThing, Existing::refuse); }),
            out + ": exists already; choose another name or replace it with --force");
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedDirectory, RefusesADirectoryThatCameMeanwhile) {
  const TemporaryFolder folder;
  {
    StagedDirectory staging(folder / "out", kThing, Existing::refuse);
    write_file(staging.path() / "a", "ours");
    fs::create_directory(folder / "out");
    EXPECT_THROW(staging.commit(), OutputError);
  }
  EXPECT_EQ(names_in(folder / "out"), Names{});
  EXPECT_EQ(names_in(folder.path()), Names{"out"});
}

TEST(StagedDirectory, NeedsTheFolder) {
  const TemporaryFolder folder;
  EXPECT_THROW(StagedDirectory(folder / "no/out", kThing, Existing::replace), OutputError);
}

}  // namespace
}  // namespace specbridge
