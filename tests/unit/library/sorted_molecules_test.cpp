#include "library/build/sorted_molecules.h"

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

using test::sample_molecule;
using test::TemporaryFolder;

TEST(SortedMolecules, OrdersByMassThenSmilesThenArrival) {
  const TemporaryFolder folder;
  SortedMolecules spill(folder / "spill");
  spill.add({"1"}, sample_molecule("CCO", 46));
  spill.add({"2"}, sample_molecule("C", 16));
  spill.add({"3"}, sample_molecule("COC", 46));
  spill.add({"4"}, sample_molecule("CCO", 46));
  spill.add({"5"}, sample_molecule("CCN", 45));
  spill.sort();
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < spill.size(); ++i) ids.emplace_back(spill.item(i).labels.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"2", "5", "1", "4", "3"}));
}

TEST(SortedMolecules, GivesBackEveryFieldOfAMolecule) {
  const TemporaryFolder folder;
  SortedMolecules spill(folder / "spill");
  const double mass = 46.041864811;
  const std::string key = "KEYKEYKEYKEYKE-OVZHDOXQSA-M";
  spill.add({"CID 1", "methoxide", {"", "3315-60-4"}},
            Molecule::trusted("C[O-]", key, "CH3O-", mass, -1));
  spill.sort();
  EXPECT_EQ(spill.smiles(0), "C[O-]");
  EXPECT_EQ(spill.mass(0), mass);
  const auto item = spill.item(0);
  EXPECT_EQ(item.labels.id, "CID 1");
  EXPECT_EQ(item.labels.name, "methoxide");
  EXPECT_EQ(item.labels.further, (std::vector<std::string>{"", "3315-60-4"}));
  EXPECT_EQ(item.molecule.smiles(), "C[O-]");
  EXPECT_EQ(item.molecule.inchikey14(), "KEYKEYKEYKEYKE");
  EXPECT_EQ(item.molecule.inchikey(), key);
  EXPECT_EQ(item.molecule.formula(), "CH3O-");
  EXPECT_EQ(item.molecule.exact_mass(), mass);
  EXPECT_EQ(item.molecule.charge(), -1);
}

TEST(SortedMolecules, KeepsAnIdThatHoldsASeparatorInOnePlace) {
  const TemporaryFolder folder;
  SortedMolecules spill(folder / "spill");
  spill.add({"a\tb\nc"}, sample_molecule("C", 16));
  spill.add({""}, sample_molecule("CC", 30));
  spill.sort();
  EXPECT_EQ(spill.item(0).labels.id, "a b c");
  EXPECT_EQ(spill.item(1).labels.id, "");
  EXPECT_EQ(spill.item(1).molecule.smiles(), "CC");
}

TEST(SortedMolecules, OfNothingIsEmpty) {
  const TemporaryFolder folder;
  SortedMolecules spill(folder / "spill");
  spill.sort();
  EXPECT_EQ(spill.size(), 0U);
}

TEST(SortedMolecules, AgreesWithASortInMemory) {
  const TemporaryFolder folder;
  SortedMolecules spill(folder / "spill");
  Random random(1);
  std::vector<std::tuple<double, std::string, int>> expected;
  for (int i = 0; i < 5000; ++i) {
    const double mass = static_cast<double>(random.below(300));
    const std::string smiles(1 + random.below(4), static_cast<char>('A' + random.below(3)));
    spill.add({std::to_string(i)}, sample_molecule(smiles, mass));
    expected.emplace_back(mass, smiles, i);
  }
  spill.sort();
  std::ranges::sort(expected);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(spill.mass(i), std::get<0>(expected[i]));
    EXPECT_EQ(spill.smiles(i), std::get<1>(expected[i]));
    EXPECT_EQ(spill.item(i).labels.id, std::to_string(std::get<2>(expected[i])));
  }
}

TEST(SortedMolecules, RemovesItsFile) {
  const TemporaryFolder folder;
  {
    SortedMolecules spill(folder / "spill");
    spill.add({"1"}, sample_molecule("C", 16));
    EXPECT_TRUE(std::filesystem::exists(folder / "spill"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "spill"));
}

TEST(SortedMolecules, SaysWhereItCannotWrite) {
  const TemporaryFolder folder;
  const std::string path = folder / "no/spill";
  EXPECT_EQ(test::message_of([&] { SortedMolecules{path}; }),
            path + ": cannot be written (No such file or directory)");
}

}  // namespace
}  // namespace specbridge
