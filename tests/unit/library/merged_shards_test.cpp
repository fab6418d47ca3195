#include "library/build/merged_shards.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "small_library.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::made_up;
using test::TemporaryFolder;

using Ids = std::vector<std::string>;

/// Libraries of labelled molecules, with vectors that hang on the SMILES.
class MergedLibraries : public ::testing::Test {
 protected:
  static constexpr std::size_t kDim = 8;

  static Matrix vectors_of(const std::vector<LabelledMolecule>& molecules) {
    Matrix vectors(molecules.size(), kDim);
    for (std::size_t i = 0; i < molecules.size(); ++i) {
      const auto& smiles = molecules[i].molecule.smiles();
      const Matrix row = test::unit_rows(1, kDim, std::hash<std::string>()(smiles));
      std::ranges::copy(row.row(0), vectors.row(i).begin());
    }
    return vectors;
  }
  static void sort(std::vector<LabelledMolecule>& molecules) {
    std::ranges::stable_sort(molecules, {}, [](const LabelledMolecule& one) {
      return std::pair(one.molecule.exact_mass(), one.molecule.smiles());
    });
  }
  fs::path write(const std::string& name, std::vector<LabelledMolecule> molecules,
                 std::size_t shard_rows, const std::vector<std::size_t>& removed = {}) {
    sort(molecules);
    ShardRules rules = test::rules(kDim);
    rules.shard_rows = shard_rows;
    test::write_labelled(folder_ / name, molecules, vectors_of(molecules), rules);
    if (!removed.empty()) write_library_root(folder_ / name, rules, {}, removed);
    return folder_ / name;
  }
  static Ids ids_of(std::span<const Library> libraries, std::size_t skipped = 0) {
    MergedShards merged(libraries);
    merged.skip(skipped);
    Ids ids;
    while (const auto row = merged.next()) ids.push_back(row->molecule.labels.id);
    return ids;
  }
  static std::vector<Library> opened(const std::vector<fs::path>& dirs) {
    std::vector<Library> libraries;
    for (const auto& dir : dirs) libraries.push_back(Library::open(dir));
    return libraries;
  }

  TemporaryFolder folder_;
};

TEST_F(MergedLibraries, GiveRowsInOneOrder) {
  const auto libraries =
      opened({write("a", {{{"1"}, made_up("C", 16)}, {{"2"}, made_up("CCC", 44)}}, 1),
              write("b", {{{"3"}, made_up("CC", 30)}}, 8)});
  EXPECT_EQ(ids_of(libraries), (Ids{"1", "3", "2"}));
}

TEST_F(MergedLibraries, GiveOfEqualMoleculesThatOfTheFirst) {
  const auto libraries =
      opened({write("a", {{{"1"}, made_up("C", 16)}}, 8),
              write("b", {{{"2"}, made_up("C", 16)}, {{"3"}, made_up("CC", 30)}}, 8)});
  EXPECT_EQ(ids_of(libraries), (Ids{"1", "3"}));
  MergedShards merged(libraries);
  while (merged.next()) {
  }
  EXPECT_EQ(merged.duplicates(), 1U);
  EXPECT_EQ(merged.read(), 3U);
}

TEST_F(MergedLibraries, PassOverRowsThatCountAsGone) {
  const auto libraries = opened({write(
      "a", {{{"1"}, made_up("C", 16)}, {{"2"}, made_up("CC", 30)}, {{"3"}, made_up("CCC", 44)}}, 2,
      {0, 2})});
  EXPECT_EQ(ids_of(libraries), Ids{"2"});
}

TEST_F(MergedLibraries, GoOnBehindWhatIsSkipped) {
  const auto libraries =
      opened({write("a", {{{"1"}, made_up("C", 16)}, {{"2"}, made_up("CCC", 44)}}, 1),
              write("b", {{{"3"}, made_up("CC", 30)}, {{"4"}, made_up("C", 16)}}, 8)});
  EXPECT_EQ(ids_of(libraries, 1), (Ids{"3", "2"}));
  EXPECT_EQ(ids_of(libraries, 2), Ids{"2"});
  EXPECT_EQ(ids_of(libraries, 3), Ids{});
  EXPECT_EQ(ids_of(libraries, 9), Ids{});
}

/// What a search asks of a library, for comparison with another one.
struct Answers {
  std::vector<Ids> windows;
  Ids formula;
  std::vector<Ids> nearest;
  bool operator==(const Answers&) const = default;
};

Answers answers_of(const Library& library) {
  Answers answers;
  const auto id = [&](std::size_t row) { return std::string(library.text(row).id); };
  for (double low = 10; low < 60; low += 7) {
    std::vector<std::size_t> rows;
    RowSet(library.within(low, low + 10)).for_each([&](std::size_t row) { rows.push_back(row); });
    std::ranges::sort(rows, [&](std::size_t a, std::size_t b) { return library.before(a, b); });
    Ids& window = answers.windows.emplace_back();
    for (const std::size_t row : rows) window.push_back(id(row));
  }
  for (const std::size_t row : library.with_formula("C2H6O")) answers.formula.push_back(id(row));
  std::ranges::sort(answers.formula);
  const Matrix queries = test::unit_rows(5, library.dim(), 77);
  for (const auto& list : library.nearest(queries.view(), 6, {})) {
    Ids& nearest = answers.nearest.emplace_back();
    for (const auto& [row, score] : list) nearest.push_back(id(row));
  }
  return answers;
}

TEST_F(MergedLibraries, AnswerAsALibraryThatWasBuiltAtOnce) {
  Random random(3);
  for (int round = 0; round < 12; ++round) {
    std::vector<LabelledMolecule> all, first, second;
    for (int i = 0; i < 60; ++i) {
      const double mass = random.below(4) == 0 ? 46.0418648 : 10.0 + random.below(50);
      const LabelledMolecule one{{std::to_string(i)}, made_up("C" + std::to_string(i), mass)};
      all.push_back(one);
      (random.below(2) == 0 ? first : second).push_back(one);
    }
    const auto tag = std::to_string(round);
    const std::size_t shard_rows = 1 + random.below(30);
    const Library whole = Library::open(write("whole" + tag, all, 1000));
    const std::vector<fs::path> dirs = {write("first" + tag, first, shard_rows),
                                        write("second" + tag, second, 1000)};
    EXPECT_EQ(answers_of(Library::open(dirs)), answers_of(whole));
  }
}

TEST_F(MergedLibraries, OfWhichSomeRowsAreGoneAnswerWithoutThem) {
  std::vector<LabelledMolecule> all, left;
  std::vector<std::size_t> removed;
  for (std::size_t i = 0; i < 40; ++i) {
    const double mass = 10 + static_cast<double>(i / 2);
    all.push_back({{std::to_string(i)}, made_up("C" + std::to_string(100 + i), mass)});
    if (i % 3 == 0) {
      removed.push_back(i);
    } else {
      left.push_back(all.back());
    }
  }
  const Library reduced = Library::open(write("reduced", all, 7, removed));
  const Library whole = Library::open(write("whole", left, 1000));
  EXPECT_EQ(answers_of(reduced), answers_of(whole));
  EXPECT_EQ(reduced.molecules(), left.size());
  EXPECT_EQ(reduced.find(all[0].molecule), std::nullopt);
  EXPECT_EQ(reduced.find(all[1].molecule), 1U);
}

TEST_F(MergedLibraries, OfOtherEncodersAreRefused) {
  const auto a = write("a", {{{"1"}, made_up("C", 16)}}, 8);
  ShardRules rules = test::rules(kDim);
  rules.molecule_encoder_fingerprint = "other";
  test::write_library(folder_ / "b", {made_up("C", 16)}, test::unit_rows(1, kDim), rules);
  const std::vector<fs::path> dirs = {a, folder_ / "b"};
  EXPECT_EQ(test::message_of([&] { Library::open(dirs); }),
            (folder_ / "b").string() + ": its molecule_encoder_fingerprint is \"other\", that of " +
                a.string() +
                " is \"fingerprint\"; libraries that are searched together are made with one "
                "molecule encoder and the same --keep");
}

}  // namespace
}  // namespace specbridge
