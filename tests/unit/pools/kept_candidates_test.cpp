#include "pools/kept_candidates.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "chem/standardize_all.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using Results = std::vector<std::variant<Molecule, Rejection>>;

constexpr KeepLimits kAny = {1, 1 << 20};

/// Counts how often work is told.
class Counter : public Reporter {
 public:
  void info(std::string_view) override {}
  void warning(std::string_view) override { ADD_FAILURE(); }
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override { ++works; }
  int works = 0;
};

std::string words_of(const Results& results) {
  std::string words;
  for (const auto& result : results) {
    if (const auto* molecule = std::get_if<Molecule>(&result)) {
      words += molecule->smiles() + " " + molecule->inchikey() + " " + molecule->inchikey14() +
               " " + molecule->formula() + " " + std::to_string(molecule->exact_mass()) + " " +
               std::to_string(molecule->charge()) + "\n";
    } else {
      const auto& why = std::get<Rejection>(result);
      words += why.reason + ": " + why.message + "\n";
    }
  }
  return words;
}

class KeptCandidates : public ::testing::Test {
 protected:
  KeptCandidates() {
    context_.cache = folder_ / "cache";
    context_.cache_maker = "this build";
    context_.reporter = &counter_;
  }
  /// The results, and whether they had to be worked out.
  std::pair<std::string, bool> run(const std::vector<std::string>& texts,
                                   const KeepLimits& limits = kAny) {
    counter_.works = 0;
    const auto results = standardize_candidates(texts, "working", context_, limits);
    return {words_of(results), counter_.works > 0};
  }
  std::vector<fs::path> files() const {
    std::vector<fs::path> files;
    if (!fs::exists(context_.cache)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(context_.cache)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    return files;
  }

  const TemporaryFolder folder_;
  Counter counter_;
  RunContext context_;
  const std::vector<std::string> texts_ = {"OCC", "C1CC", "C[N+](C)(C)CC(=O)O", "", "[Na+].[Cl-]"};
  const std::string expected_ = words_of(standardize_all(texts_, "", {}));
};

TEST_F(KeptCandidates, AreTheSameTheSecondTimeWithoutWork) {
  EXPECT_EQ(run(texts_), std::pair(expected_, true));
  EXPECT_EQ(run(texts_), std::pair(expected_, false));
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(KeptCandidates, AreOfTheseTextsInThisOrderByThisProgram) {
  run(texts_);
  EXPECT_EQ(run({"OCC"}), std::pair(words_of(standardize_all({"OCC"}, "", {})), true));
  EXPECT_TRUE(run({texts_.rbegin(), texts_.rend()}).second);
  context_.cache_maker = "another build";
  EXPECT_EQ(run(texts_), std::pair(expected_, true));
}

TEST_F(KeptCandidates, AreMadeAgainWhenTheyAreDamaged) {
  run(texts_);
  const auto file = files().at(0);
  const std::string whole = test::slurp(file);
  std::string flipped = whole;
  flipped[90] = static_cast<char>(flipped[90] ^ 1);
  for (const auto& damaged :
       {flipped, whole.substr(0, whole.size() - 1), std::string(), whole + "x"}) {
    std::ofstream(file, std::ios::binary) << damaged;
    EXPECT_EQ(run(texts_), std::pair(expected_, true));
    EXPECT_EQ(test::slurp(file), whole);
  }
}

TEST_F(KeptCandidates, OfOtherTextsAreNotTakenByTheirName) {
  run(texts_);
  const auto file = files().at(0);
  context_.cache = folder_ / "other";
  run({"CCO", "CCCO", "C", "N", "O"});
  fs::copy_file(files().at(0), file, fs::copy_options::overwrite_existing);
  context_.cache = folder_ / "cache";
  EXPECT_EQ(run(texts_), std::pair(expected_, true));
}

TEST_F(KeptCandidates, AreNotKeptWhereTheFolderCannotBeWritten) {
  context_.cache = folder_.write("file", "") / "cache";
  EXPECT_EQ(run(texts_), std::pair(expected_, true));
  EXPECT_EQ(run(texts_), std::pair(expected_, true));
  context_.cache = "";
  EXPECT_EQ(run(texts_), std::pair(expected_, true));
}

TEST_F(KeptCandidates, AreNotKeptWhereTheyAreFew) {
  run(texts_, {texts_.size() + 1, 1 << 20});
  EXPECT_TRUE(files().empty());
}

TEST_F(KeptCandidates, OfLongAgoGiveWay) {
  run({"CCO"});
  const auto first = files().at(0);
  run({"CCN"});
  const auto size = fs::file_size(first);
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(first, long_ago);
  run({"CCC"}, {1, 2 * size + size / 2});
  EXPECT_FALSE(fs::exists(first));
  EXPECT_EQ(files().size(), 2U);
  run({"CCCC"}, {1, 1});
  EXPECT_TRUE(files().empty());
}

}  // namespace
}  // namespace specbridge
