#include "library/build/sorted_runs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <tuple>
#include <vector>

#include "base/random.h"
#include "specbridge/error.h"
#include "support/support.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::sample_molecule;
using test::TemporaryFolder;

/// Writes runs and gives back what they merge into.
class Runs {
 public:
  void write(const std::vector<LabelledMolecule>& molecules) {
    MoleculeRun run;
    for (const auto& one : molecules) run.add(one.labels, one.molecule);
    files_.push_back(folder_ / ("run" + std::to_string(files_.size())));
    run.write(files_.back());
  }
  std::vector<std::string> ids(std::size_t skipped = 0) {
    MergedRuns merged(files_);
    merged.skip(skipped);
    std::vector<std::string> ids;
    while (auto one = merged.next()) ids.push_back(one->labels.id);
    duplicates = merged.duplicates();
    read = merged.read();
    return ids;
  }
  const std::vector<fs::path>& files() const { return files_; }

  std::size_t duplicates = 0, read = 0;

 private:
  TemporaryFolder folder_;
  std::vector<fs::path> files_;
};

LabelledMolecule labelled(const std::string& id, const std::string& smiles, double mass) {
  return {{id}, sample_molecule(smiles, mass)};
}

TEST(SortedRuns, AreMergedInOrderOfMassThenSmiles) {
  Runs runs;
  runs.write({labelled("1", "CCO", 46), labelled("2", "C", 16), labelled("3", "COC", 46)});
  runs.write({labelled("4", "CCN", 45), labelled("5", "CCC", 44), labelled("6", "CON", 46)});
  EXPECT_EQ(runs.ids(), (std::vector<std::string>{"2", "5", "4", "1", "3", "6"}));
  EXPECT_EQ(runs.duplicates, 0U);
}

TEST(SortedRuns, GiveOfEqualMoleculesTheFirstThatArrived) {
  Runs runs;
  runs.write({labelled("1", "CCO", 46), labelled("2", "CCO", 46)});
  runs.write({labelled("3", "CCO", 46), labelled("4", "C", 16)});
  runs.write({labelled("5", "C", 16), labelled("6", "CCO", 46)});
  EXPECT_EQ(runs.ids(), (std::vector<std::string>{"4", "1"}));
  EXPECT_EQ(runs.duplicates, 4U);
  EXPECT_EQ(runs.read, 6U);
}

TEST(SortedRuns, GoOnBehindWhatIsSkipped) {
  Runs runs;
  runs.write({labelled("1", "C", 16), labelled("2", "CC", 30), labelled("3", "CC", 30)});
  runs.write({labelled("4", "CCC", 44), labelled("5", "C", 16)});
  const auto all = runs.ids();
  for (std::size_t skipped = 0; skipped <= all.size() + 1; ++skipped) {
    const auto first = std::min(skipped, all.size());
    EXPECT_EQ(runs.ids(skipped), std::vector<std::string>(all.begin() + first, all.end()));
    EXPECT_EQ(runs.duplicates, 2U);
  }
}

TEST(SortedRuns, GiveBackEveryFieldOfAMolecule) {
  Runs runs;
  const double mass = 46.041864811;
  const std::string key = "KEYKEYKEYKEYKE-OVZHDOXQSA-M";
  runs.write({{{"CID 1", "methoxide", {"", "3315-60-4"}},
               Molecule::trusted("C[O-]", key, "CH3O-", mass, -1)}});
  const auto item = MergedRuns(runs.files()).next();
  ASSERT_TRUE(item.has_value());
  EXPECT_EQ(item->labels.id, "CID 1");
  EXPECT_EQ(item->labels.name, "methoxide");
  EXPECT_EQ(item->labels.further, (std::vector<std::string>{"", "3315-60-4"}));
  EXPECT_EQ(item->molecule.smiles(), "C[O-]");
  EXPECT_EQ(item->molecule.inchikey14(), "KEYKEYKEYKEYKE");
  EXPECT_EQ(item->molecule.inchikey(), key);
  EXPECT_EQ(item->molecule.formula(), "CH3O-");
  EXPECT_EQ(item->molecule.exact_mass(), mass);
  EXPECT_EQ(item->molecule.charge(), -1);
}

TEST(SortedRuns, KeepAnIdThatHoldsASeparatorInOnePlace) {
  Runs runs;
  runs.write({labelled("a\tb\nc", "C", 16), labelled("", "CC", 30)});
  EXPECT_EQ(runs.ids(), (std::vector<std::string>{"a b c", ""}));
}

TEST(SortedRuns, OfNothingGiveNothing) {
  Runs runs;
  EXPECT_TRUE(runs.ids().empty());
  runs.write({});
  runs.write({});
  EXPECT_TRUE(runs.ids().empty());
}

TEST(SortedRuns, AgreeWithASortInMemoryHoweverTheyAreCut) {
  Random random(7);
  std::vector<LabelledMolecule> molecules;
  for (int i = 0; i < 3000; ++i) {
    const std::string smiles(1 + random.below(20), random.below(2) == 0 ? 'C' : 'N');
    molecules.push_back(labelled(std::to_string(i), smiles, 10.0 + random.below(40)));
  }
  auto expected = molecules;
  std::ranges::stable_sort(expected, {}, [](const LabelledMolecule& one) {
    return std::tuple(one.molecule.exact_mass(), one.molecule.smiles());
  });
  const auto same = [](const LabelledMolecule& a, const LabelledMolecule& b) {
    return a.molecule.exact_mass() == b.molecule.exact_mass() &&
           a.molecule.smiles() == b.molecule.smiles();
  };
  expected.erase(std::unique(expected.begin(), expected.end(), same), expected.end());
  std::vector<std::string> ids;
  for (const auto& one : expected) ids.push_back(one.labels.id);
  for (const std::size_t run : {17UL, 100UL, 5000UL}) {
    Runs runs;
    for (std::size_t first = 0; first < molecules.size(); first += run) {
      const auto last = std::min(first + run, molecules.size());
      runs.write({molecules.begin() + static_cast<std::ptrdiff_t>(first),
                  molecules.begin() + static_cast<std::ptrdiff_t>(last)});
    }
    EXPECT_EQ(runs.ids(), ids) << run;
  }
}

TEST(SortedRuns, ThatAreDamagedAreRefused) {
  Runs runs;
  runs.write({labelled("1", "C", 16)});
  fs::resize_file(runs.files()[0], 100);
  EXPECT_THROW(MergedRuns{runs.files()}, ArtifactError);
}

TEST(MoleculeRun, SaysWhereItCannotWrite) {
  const TemporaryFolder folder;
  MoleculeRun run;
  const auto path = folder / "no/run";
  EXPECT_EQ(test::message_of([&] { run.write(path); }),
            path.string() + ": cannot be written (No such file or directory)");
}

}  // namespace
}  // namespace specbridge
