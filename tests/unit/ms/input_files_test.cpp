#include "ms/input_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "specbridge/error.h"
#include "support/support.h"
#include "support/warnings.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;
using test::Warnings;

const char* const kRecord = "BEGIN IONS\n50 1\nEND IONS\n";

std::vector<fs::path> listed(const fs::path& folder) {
  return files_of({{folder}, std::nullopt}, {});
}

TEST(IsSpectraFile, GoesByContent) {
  const TemporaryFolder folder;
  EXPECT_TRUE(is_spectra_file(folder.write("a.txt", "COM=x\n\n begin ions \n")));
  EXPECT_FALSE(is_spectra_file(folder.write("a.mgf", "1\tCCO\n2\tCCN\n")));
  EXPECT_FALSE(is_spectra_file(folder.write("empty.mgf", "")));
}

TEST(FilesOf, KeepsFilesAndStandardInputInTheirOrder) {
  const TemporaryFolder folder;
  const SpectraInputs inputs{{folder.write("b.mgf", kRecord), "-", folder.write("a.mgf", kRecord)},
                             std::nullopt};
  EXPECT_EQ(files_of(inputs, {}), inputs.paths);
}

TEST(FilesOf, AFileThatIsMissingIsRefusedBeforeAnyIsRead) {
  const TemporaryFolder folder;
  const SpectraInputs inputs{{folder.write("a.mgf", kRecord), folder / "b.mgf"}, std::nullopt};
  EXPECT_EQ(message_of([&] { files_of(inputs, {}); }),
            (folder / "b.mgf").string() + ": cannot be read (No such file or directory)");
  EXPECT_EQ(named_files(inputs, {}), inputs.paths);
}

TEST(FilesOf, ADamagedFileInAFolderIsNotPassedOver) {
  const TemporaryFolder folder;
  const auto whole = folder.write("a.mgf", kRecord);
  const auto damaged = folder.write("b.mgf.gz", "\x1f\x8b\x08 cut off");
  EXPECT_EQ(listed(folder.path()), (std::vector{whole, damaged}));
}

TEST(FilesOf, LinksToFoldersAreToldAndNotFollowed) {
  const TemporaryFolder folder, other;
  const auto spectra = folder.write("a.mgf", kRecord);
  fs::create_directory_symlink(other.path(), folder / "linked");
  fs::create_symlink(other.write("b.mgf", kRecord), folder / "b.mgf");
  Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  EXPECT_EQ(files_of({{folder.path()}, std::nullopt}, context),
            (std::vector{spectra, folder / "b.mgf"}));
  EXPECT_EQ(warnings.texts, std::vector{folder.path().string() +
                                        ": links to folders are not followed: linked; name them"});
}

TEST(FilesOf, LinksThatLeadToNoFileAreTold) {
  const TemporaryFolder folder;
  const auto spectra = folder.write("a.mgf", kRecord);
  fs::create_symlink(folder / "gone.mgf", folder / "dangling.mgf");
  fs::create_symlink(folder / "circle.mgf", folder / "circle.mgf");
  Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  EXPECT_EQ(files_of({{folder.path()}, std::nullopt}, context), std::vector{spectra});
  EXPECT_EQ(warnings.texts,
            std::vector{folder.path().string() + ": links that lead to no file are passed over: "
                                                 "circle.mgf, dangling.mgf"});
}

TEST(FilesOf, PipesAreToldAndNotOpened) {
  const TemporaryFolder folder;
  const auto spectra = folder.write("a.mgf", kRecord);
  ASSERT_EQ(mkfifo((folder / "pipe.mgf").c_str(), 0600), 0);
  Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  EXPECT_EQ(files_of({{folder.path()}, std::nullopt}, context), std::vector{spectra});
  EXPECT_EQ(warnings.texts,
            std::vector{folder.path().string() +
                        ": what is no file is passed over: pipe.mgf; name it to read it"});
}

TEST(FilesOf, AFolderStandsForTheSpectraInItAndBelowByPath) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "b");
  fs::create_directory(folder / ".hidden");
  const auto first = folder.write("a.mgf", kRecord), second = folder.write("b/x.mgf", kRecord),
             third = folder.write("c.txt", kRecord);
  folder.write(".a.mgf", kRecord);
  folder.write(".hidden/a.mgf", kRecord);
  EXPECT_EQ(listed(folder.path()), (std::vector{first, second, third}));
}

TEST(FilesOf, FilesOfOtherKindsInAFolderArePassedOverAndTold) {
  const TemporaryFolder folder;
  const auto spectra = folder.write("a.mgf", kRecord);
  folder.write("notes.txt", "nothing\n");
  Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  EXPECT_EQ(files_of({{folder.path()}, std::nullopt}, context), std::vector{spectra});
  EXPECT_EQ(warnings.texts,
            std::vector{folder.path().string() +
                        ": 1 of 2 files are no spectra and are passed over: notes.txt"});
}

TEST(FilesOf, AForcedFormatTakesEveryFileOfAFolder) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "nothing\n");
  EXPECT_EQ(files_of({{folder.path()}, SpectrumFormat::mgf}, {}), std::vector{file});
}

TEST(FilesOf, AFolderWithoutSpectraIsRefused) {
  const TemporaryFolder folder;
  folder.write("notes.txt", "nothing\n");
  EXPECT_EQ(message_of([&] { listed(folder.path()); }),
            folder.path().string() +
                ": is a folder without spectra; expected MGF, MSP, MassBank "
                "records, mzML, GNPS JSON, JCAMP-DX, MassSpecGym TSV or a library of FastEI");
}

TEST(FilesOf, StandardInputTwiceIsRefused) {
  EXPECT_EQ(message_of([] {
              files_of({{"-", "-"}, std::nullopt}, {});
            }),
            "\"-\" is given twice; standard input can be read once");
}

}  // namespace
}  // namespace specbridge
