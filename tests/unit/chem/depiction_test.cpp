#include "chem/depiction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "chem/graphs/structure_graph.h"
#include "specbridge/error.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using testing::ElementsAre;

std::vector<std::string> symbols(const Depiction& depiction) {
  std::vector<std::string> symbols;
  for (const auto& atom : depiction.atoms) symbols.push_back(atom.symbol);
  return symbols;
}

std::vector<int> orders(const Depiction& depiction) {
  std::vector<int> orders;
  for (const auto& bond : depiction.bonds) orders.push_back(bond.order);
  std::ranges::sort(orders);
  return orders;
}

TEST(Depiction, HasTheAtomsInTheOrderOfTheSmiles) {
  EXPECT_THAT(symbols(depict(test::molecule("CC(=O)NCl"))), ElementsAre("C", "C", "O", "N", "Cl"));
}

TEST(Depiction, HasTheAtomsOfTheGraphThatFragmentsAreOf) {
  for (const auto* smiles : {"CC(=O)Oc1ccccc1C(=O)O", "[2H]C([2H])([2H])CO", "CN1CCC[C@H]1c1cccnc1",
                             "C[N+](C)(C)CC(=O)[O-]"}) {
    const auto molecule = test::molecule(smiles);
    const auto graph = structure_graph(molecule);
    const auto depiction = depict(molecule);
    ASSERT_EQ(depiction.atoms.size(), graph.atoms.size()) << smiles;
    for (std::size_t i = 0; i < graph.atoms.size(); ++i) {
      EXPECT_EQ(depiction.atoms[i].hydrogens, graph.atoms[i].hydrogens) << smiles << ' ' << i;
      EXPECT_EQ(depiction.atoms[i].charge, graph.atoms[i].charge) << smiles << ' ' << i;
    }
    std::vector<std::pair<int, int>> drawn, known;
    for (const auto& bond : depiction.bonds) drawn.push_back(std::minmax(bond.first, bond.second));
    for (const auto& bond : graph.bonds) known.emplace_back(bond.first, bond.second);
    std::ranges::sort(drawn);
    EXPECT_EQ(drawn, known) << smiles;
  }
}

TEST(Depiction, HasBondsOfOneToThreeLines) {
  EXPECT_THAT(orders(depict(test::molecule("CCO"))), ElementsAre(1, 1));
  EXPECT_THAT(orders(depict(test::molecule("C=CC#N"))), ElementsAre(1, 2, 3));
}

TEST(Depiction, HasSingleAndDoubleBondsInAromaticRings) {
  EXPECT_THAT(orders(depict(test::molecule("c1ccccc1"))), ElementsAre(1, 1, 1, 2, 2, 2));
  EXPECT_THAT(orders(depict(test::molecule("c1cc[nH]c1"))), ElementsAre(1, 1, 1, 2, 2));
}

TEST(Depiction, SaysWhatIsWrittenBesideAnAtom) {
  const auto nitro = depict(test::molecule("C[N+](=O)[O-]"));
  const auto atom_of = [&](const std::string& symbol, int charge) {
    return std::ranges::any_of(nitro.atoms, [&](const DepictedAtom& atom) {
      return atom.symbol == symbol && atom.charge == charge && atom.hydrogens == 0;
    });
  };
  EXPECT_TRUE(atom_of("N", 1) && atom_of("O", 0) && atom_of("O", -1));
  const auto labelled = depict(test::molecule("[13CH3]O"));
  EXPECT_EQ(labelled.atoms.front().isotope, 13);
  EXPECT_EQ(labelled.atoms.front().hydrogens, 3);
  EXPECT_EQ(labelled.atoms.back().hydrogens, 1);
  EXPECT_EQ(depict(test::molecule("[CH2]C")).atoms.front().radicals, 1);
}

TEST(Depiction, LaysBoundAtomsOneBondLengthApart) {
  for (const auto* smiles : {"CCO", "c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O"}) {
    const auto depiction = depict(test::molecule(smiles));
    for (const auto& bond : depiction.bonds) {
      const auto& a = depiction.atoms[static_cast<std::size_t>(bond.first)];
      const auto& b = depiction.atoms[static_cast<std::size_t>(bond.second)];
      EXPECT_NEAR(std::hypot(a.x - b.x, a.y - b.y), 1.5, 0.05) << smiles;
    }
  }
}

TEST(Depiction, IsTheSameEveryTime) {
  const auto molecule = test::molecule("CN1CCC[C@H]1c1cccnc1");
  const auto once = depict(molecule), again = depict(molecule);
  ASSERT_EQ(once.atoms.size(), again.atoms.size());
  for (std::size_t i = 0; i < once.atoms.size(); ++i) {
    EXPECT_EQ(once.atoms[i].x, again.atoms[i].x);
    EXPECT_EQ(once.atoms[i].y, again.atoms[i].y);
  }
}

TEST(Depiction, IsRefusedOfTextThatIsNoSmiles) {
  const auto broken = Molecule::trusted("no smiles", "", "", 0, 0);
  EXPECT_THROW(depict(broken), ArtifactError);
}

}  // namespace
}  // namespace specbridge
