#include "store/output_place.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "specbridge/error.h"
#include "store/manifest.h"
#include "store/staging.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::slurp;
using test::TemporaryFolder;

/// An artifact of one file.
void make_artifact(const fs::path& place, const std::string& kind) {
  StagedDirectory staging(place, {kind}, Existing::replace);
  write_file(staging.path() / "content", kind);
  Manifest::make(kind).write(staging.path());
  staging.commit();
}

std::string refusal(const fs::path& place, const std::string& kind) {
  return message_of([&] { check_output_directory(place, {kind}, Existing::replace); });
}

TEST(OutputDirectory, ReplacesAnArtifactOfItsKind) {
  const TemporaryFolder folder;
  make_artifact(folder / "out", "library");
  EXPECT_NO_THROW(check_output_directory(folder / "out", {"library"}, Existing::replace));
}

TEST(OutputDirectory, KeepsAnArtifactOfAnotherKind) {
  const TemporaryFolder folder;
  make_artifact(folder / "out", "model");
  EXPECT_EQ(refusal(folder / "out", "library"),
            (folder / "out").string() +
                ": is a model, --force replaces only a library; choose another name");
}

TEST(OutputDirectory, KeepsAnArtifactThatHoldsAFileOfTheUser) {
  const TemporaryFolder folder;
  make_artifact(folder / "out", "library");
  fs::create_directory(folder / "out/notes");
  folder.write("out/notes/today.txt", "dear diary");
  EXPECT_EQ(refusal(folder / "out", "library"),
            (folder / "out").string() +
                ": holds notes, which is no part of a library; --force does not replace it; choose "
                "another name");
}

TEST(OutputDirectory, KeepsAnArtifactThatHoldsAnEmptyFolderOrALinkOfTheUser) {
  const TemporaryFolder folder;
  make_artifact(folder / "a", "library");
  make_artifact(folder / "b", "library");
  fs::create_directory(folder / "a/empty");
  fs::create_directory(folder / "elsewhere");
  fs::create_directory_symlink(folder / "elsewhere", folder / "b/link");
  EXPECT_NE(refusal(folder / "a", "library").find(": holds empty, "), std::string::npos);
  EXPECT_NE(refusal(folder / "b", "library").find(": holds link, "), std::string::npos);
}

TEST(OutputDirectory, ReplacesAnArtifactWithItsFolders) {
  const TemporaryFolder folder;
  StagedDirectory staging(folder / "out", {"library"}, Existing::replace);
  fs::create_directories(staging.path() / "parts/first");
  write_file(staging.path() / "parts/first/content", "x");
  Manifest::make("library").write(staging.path());
  staging.commit();
  EXPECT_EQ(refusal(folder / "out", "library"), "");
}

TEST(OutputDirectory, KeepsAFolderWhoseManifestIsOfAnotherProgram) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "out");
  for (const char* manifest : {"{}", "{\"name\": \"web page\", \"files\": {}}", "[1]", "no JSON",
                               "{\"artifact\": \"library\", \"files\": {}}"}) {
    folder.write("out/manifest.json", manifest);
    EXPECT_EQ(refusal(folder / "out", "library"),
              (folder / "out").string() +
                  ": is not an output of specbridge, --force does not replace it; choose another "
                  "name")
        << manifest;
  }
}

TEST(OutputDirectory, LiesInsideNoArtifact) {
  const TemporaryFolder folder;
  make_artifact(folder / "model", "model");
  fs::create_directory(folder / "model/inner");
  const std::string inner = folder / "model/inner/encoder";
  EXPECT_EQ(
      message_of([&] { claim_directory(inner, {"molecule-encoder"}, {}, Existing::refuse, {}); }),
      inner + ": lies inside the model model; choose another place");
  const std::string file = folder / "model/hits.tsv";
  EXPECT_EQ(message_of([&] { claim_outputs({{file}}, {}, {}); }),
            file + ": lies inside the model model; choose another place");
}

TEST(OutputDirectory, HoldsNoInput) {
  const TemporaryFolder folder;
  make_artifact(folder / "out", "library");
  const std::string input = folder / "out/content";
  const auto claim = [&](const fs::path& place) {
    return message_of([&] { claim_directory(place, {"library"}, {input}, Existing::replace, {}); });
  };
  const std::string refused = input + ": is an input and would be replaced; name another output";
  EXPECT_EQ(claim(folder / "out"), refused);
  EXPECT_EQ(claim(folder / "out/"), refused);
  fs::create_directory_symlink(folder / "out", folder / "link");
  EXPECT_EQ(claim(folder / "link"), refused);
}

TEST(Outputs, MayNotBeAnInputByAnyName) {
  const TemporaryFolder folder;
  const fs::path input = folder.write("a.mgf", "x");
  fs::create_hard_link(input, folder / "b.mgf");
  for (const auto& output : {input, folder / "b.mgf", folder / "." / "a.mgf"}) {
    EXPECT_EQ(message_of([&] {
                claim_outputs({{output, Existing::replace}}, {input}, {});
              }),
              output.string() + ": is an input and would be replaced; name another output");
  }
  claim_outputs({{folder / "c.tsv"}, {"-"}}, {input, "-"}, {});
}

TEST(Outputs, MayNotBeOneFile) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      message_of([&] {
        claim_outputs({{folder / "hits.tsv"}, {folder / "." / "hits.tsv"}}, {}, {});
      }),
      (folder / "." / "hits.tsv").string() + ": is to hold two outputs; name a file for each");
  EXPECT_NO_THROW(claim_outputs({{"/dev/null"}, {"/dev/null"}}, {}, {}));
}

TEST(StagedFile, IsWrittenThroughAPipe) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  std::FILE* reader = popen(
      ("cat '" + (folder / "pipe").string() + "' > '" + (folder / "seen").string() + "'").c_str(),
      "r");
  write_file(folder / "pipe", "through", Existing::refuse);
  pclose(reader);
  EXPECT_EQ(slurp(folder / "seen"), "through");
  EXPECT_TRUE(fs::is_fifo(folder / "pipe"));
}

TEST(StagedFile, IsWrittenThroughADevice) {
  const auto before = fs::status("/dev/null").type();
  EXPECT_NO_THROW(write_file("/dev/null", "nothing", Existing::refuse));
  EXPECT_NO_THROW(write_file("/dev/null", "nothing", Existing::replace));
  EXPECT_EQ(fs::status("/dev/null").type(), before);
}

TEST(StagedFile, ReplacesWhatALinkLeadsTo) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "elsewhere");
  folder.write("elsewhere/real", "old");
  fs::create_symlink("elsewhere/real", folder / "link");
  fs::create_symlink("link", folder / "link-to-link");
  write_file(folder / "link-to-link", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(slurp(folder / "elsewhere/real"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "elsewhere"), {}), 1);
}

TEST(StagedFile, IsRefusedWhereLinksLeadRoundInACircle) {
  const TemporaryFolder folder;
  fs::create_symlink("two", folder / "one");
  fs::create_symlink("one", folder / "two");
  EXPECT_EQ(test::message_of([&] { StagedFile(folder / "one", Existing::replace); }),
            (folder / "one").string() + ": cannot be written (Too many levels of symbolic links)");
}

TEST(StagedFile, IsWrittenThroughALinkToAPipe) {
  const TemporaryFolder folder;
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  fs::create_symlink("/proc/self/fd/" + std::to_string(ends[1]), folder / "out");
  StagedFile file(folder / "out", Existing::replace);
  file.write("rows");
  file.commit();
  std::array<char, 8> read_back{};
  EXPECT_EQ(read(ends[0], read_back.data(), read_back.size()), 4);
  EXPECT_STREQ(read_back.data(), "rows");
  close(ends[0]);
  close(ends[1]);
}

TEST(StagedFile, MakesTheTargetOfADanglingLink) {
  const TemporaryFolder folder;
  fs::create_symlink("real", folder / "link");
  write_file(folder / "link", "new", Existing::refuse);
  EXPECT_EQ(slurp(folder / "real"), "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
}

TEST(StagedDirectory, ReplacesTheFolderThatALinkLeadsTo) {
  const TemporaryFolder folder;
  make_artifact(folder / "real", "library");
  fs::create_directory_symlink("real", folder / "link");
  StagedDirectory staging(folder / "link", {"library"}, Existing::replace);
  write_file(staging.path() / "new", "new");
  staging.commit();
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(slurp(folder / "real/new"), "new");
  EXPECT_FALSE(fs::exists(folder / "real/content"));
}

TEST(CloneOrCopy, IsNotReachedByALaterChangeOfTheOriginal) {
  const TemporaryFolder folder;
  folder.write("a", "first");
  clone_or_copy(folder / "a", folder / "b");
  folder.write("a", "second");
  EXPECT_EQ(slurp(folder / "b"), "first");
  EXPECT_EQ(fs::hard_link_count(folder / "b"), 1u);
}

TEST(CloneOrCopy, OverwritesNothing) {
  const TemporaryFolder folder;
  folder.write("from", "new");
  const std::string to = folder.write("to", "old");
  EXPECT_EQ(message_of([&] { clone_or_copy(folder / "from", to); }),
            to + ": cannot be written (File exists)");
  EXPECT_EQ(slurp(to), "old");
}

TEST(CloneOrCopy, NeedsAFile) {
  const TemporaryFolder folder;
  EXPECT_THROW(clone_or_copy(folder / "missing", folder / "to"), OutputError);
  EXPECT_FALSE(fs::exists(folder / "to"));
}

}  // namespace
}  // namespace specbridge
