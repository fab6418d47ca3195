#include "chem/graphs/molecule_graph.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

MoleculeGraph graph(const std::string& smiles) {
  return std::get<MoleculeGraph>(read_molecule_graph(smiles));
}

std::string rejection(const std::string& smiles) {
  return std::get<Rejection>(read_molecule_graph(smiles)).message;
}

TEST(MoleculeGraph, HoldsElementsAndTwiceTheBondOrders) {
  const MoleculeGraph acetonitrile = graph("CC#N");
  ASSERT_EQ(acetonitrile.elements.size(), 3U);
  ASSERT_EQ(acetonitrile.bonds.size(), 2U);
  for (const auto& bond : acetonitrile.bonds) {
    const bool has_nitrogen =
        acetonitrile.elements[bond.first] == 7 || acetonitrile.elements[bond.second] == 7;
    EXPECT_EQ(bond.half_orders, has_nitrogen ? 6 : 2);
    EXPECT_LT(bond.first, bond.second);
  }
}

TEST(MoleculeGraph, AromaticBondsCountThree) {
  const MoleculeGraph benzene = graph("C1=CC=CC=C1");
  ASSERT_EQ(benzene.bonds.size(), 6U);
  for (const auto& bond : benzene.bonds) EXPECT_EQ(bond.half_orders, 3);
}

TEST(MoleculeGraph, KeepsEveryFragment) {
  EXPECT_EQ(graph("[Na+].CC(=O)[O-]").elements.size(), 5U);
}

TEST(MoleculeGraph, HydrogensAtHeavyAtomsAreNoNodesLabelledOrNot) {
  EXPECT_EQ(graph("[H]O[H]").elements.size(), 1U);
  EXPECT_EQ(graph("[2H]C"), graph("C"));
  EXPECT_EQ(graph("[2H]C([2H])([2H])O"), graph("CO"));
  EXPECT_EQ(graph("[3H]c1ccccc1"), graph("c1ccccc1"));
  EXPECT_EQ(graph("[13CH3]O"), graph("CO"));
  EXPECT_EQ(graph("[2H]O[2H]").elements.size(), 1U);
  EXPECT_EQ(graph("[H][H]").bonds.size(), 1U);
  EXPECT_EQ(graph("[2H][2H]"), graph("[H][H]"));
}

TEST(MoleculeGraph, IsReadFromAnInchiToo) {
  EXPECT_EQ(graph("InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"), graph("CCO"));
}

TEST(MoleculeGraph, IsEqualForAllSpellings) {
  EXPECT_EQ(graph("OCC"), graph("CCO"));
  EXPECT_EQ(graph("C1=CC=CC=C1O"), graph("Oc1ccccc1"));
  EXPECT_EQ(graph("C/C=C/C"), graph("CC=CC"));
  EXPECT_EQ(graph("N[C@@H](C)C(=O)O"), graph("OC(=O)C(C)N"));
  EXPECT_EQ(graph("[H]/N=C(/C)N"), graph("CC(N)=N"));
  EXPECT_EQ(graph("CC(=O)[O-]"), graph("CC(=O)O"));
  EXPECT_NE(graph("CCO"), graph("COC"));
}

TEST(MoleculeGraph, IsEqualForRandomSpellings) {
  const std::vector<std::string> smiles = {
      "CC(C)CC1=CC=C(C=C1)C(C)C(=O)O", "CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "C1CC2CCC1CC2",
      "FC(F)(F)c1ccc2[nH]c3ccccc3c2c1", "OC[C@H]1O[C@@H](O)[C@H](O)[C@@H](O)[C@@H]1O"};
  const auto spellings = test::ask_python(
      "import sys\nfrom rdkit import Chem\n"
      "for s in open(sys.argv[1]):\n"
      "    m = Chem.MolFromSmiles(s.strip())\n"
      "    r = list(Chem.MolToRandomSmilesVect(m, 10, 7)) + "
      "[Chem.MolToSmiles(m, kekuleSmiles=False)]\n"
      "    Chem.Kekulize(m, clearAromaticFlags=True)\n"
      "    print(' '.join(r + [Chem.MolToSmiles(m, kekuleSmiles=True)]))\n",
      smiles);
  if (spellings.empty()) GTEST_SKIP() << "no Python with RDKit";
  ASSERT_EQ(spellings.size(), smiles.size());
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    const MoleculeGraph expected = graph(smiles[i]);
    for (const auto spelling : split(spellings[i], ' ')) {
      EXPECT_EQ(graph(std::string(spelling)), expected) << spelling;
    }
  }
}

TEST(MoleculeGraph, SaysWhyATextIsNone) {
  EXPECT_EQ(rejection("xyz"), "\"xyz\" is not a SMILES");
  EXPECT_EQ(rejection(""), "the SMILES is empty");
  EXPECT_EQ(rejection("C*"), "\"C*\" has a wildcard; expected a fully defined structure");
  EXPECT_EQ(rejection(std::string(501, 'C')),
            "the structure has 501 heavy atoms; the limit is 500");
}

}  // namespace
}  // namespace specbridge
