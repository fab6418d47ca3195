#include "fragments/fragmenter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "chem/tables/molecule_table.h"
#include "support/support.h"
#include "unit/chem/samples.h"
#include "unit/fragments/molecules.h"

namespace specbridge {
namespace {

using test::fragmented;
using test::graph_of;

/// A piece: its atoms and the bonds that lead out of it.
using Piece = std::pair<std::uint64_t, std::set<std::size_t>>;

std::uint64_t grown(const StructureGraph& graph, std::uint64_t within) {
  std::uint64_t seen = within & (~within + 1), before = 0;
  while (seen != before) {
    before = seen;
    for (const auto& bond : graph.bonds) {
      const std::uint64_t ends = std::uint64_t{1} << bond.first | std::uint64_t{1} << bond.second;
      if ((seen & ends) != 0) seen |= ends & within;
    }
  }
  return seen;
}

/// The definition: every set of atoms that hangs together, by the bonds that lead out of it.
std::set<Piece> all_pieces(const StructureGraph& graph) {
  std::set<Piece> pieces;
  const std::uint64_t end = std::uint64_t{1} << graph.atoms.size();
  for (std::uint64_t atoms = 1; atoms < end; ++atoms) {
    if (grown(graph, atoms) != atoms) continue;
    std::set<std::size_t> broken;
    std::size_t in_rings = 0;
    for (std::size_t i = 0; i < graph.bonds.size(); ++i) {
      const auto& bond = graph.bonds[i];
      if ((atoms >> bond.first & 1U) == (atoms >> bond.second & 1U)) continue;
      broken.insert(i);
      in_rings += bond.in_ring ? 1 : 0;
    }
    const bool one_ring = in_rings == 0 || in_rings == 2;
    if (broken.size() <= 3 && one_ring) pieces.insert({atoms, broken});
  }
  return pieces;
}

std::set<Piece> pieces_of(const Fragmentation& molecule) {
  std::set<Piece> pieces;
  for (const auto& fragment : molecule.fragments) {
    const auto broken = fragment.broken_bonds();
    pieces.insert({fragment.atoms.low(), {broken.begin(), broken.end()}});
  }
  return pieces;
}

class EveryPiece : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryPiece, IsFoundOnceAndNothingElse) {
  const auto molecule = fragmented(GetParam());
  ASSERT_LE(molecule.graph.atoms.size(), 18U);
  const auto pieces = pieces_of(molecule);
  EXPECT_EQ(pieces.size(), molecule.fragments.size());
  EXPECT_EQ(pieces, all_pieces(molecule.graph));
}

INSTANTIATE_TEST_SUITE_P(Molecules, EveryPiece,
                         ::testing::Values("C", "CO", "CCO", "CC(C)(C)C", "CC(C)(C)C(C)(C)C",
                                           "C1CC1", "CC1CC1", "CC(=O)Oc1ccccc1C(=O)O",
                                           "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "C1CC2CCC1C2",
                                           "c1ccc2ccccc2c1", "C12C3C4C1C5C2C3C45",
                                           "C1CCC2(CC1)CCCC2", "OC(c1ccccc1)c1ccccn1",
                                           "CCOP(=O)(OCC)SCCN", "C1CC1C2CC2C3CC3",
                                           "[2H]C([2H])([2H])OC", "NCC(=O)NC(C)C(=O)NCC(=O)O"));

TEST(Fragmenter, PutsTheMoleculeFirstAndOthersByMass) {
  const auto molecule = fragmented("CC(=O)Oc1ccccc1C(=O)O");
  EXPECT_EQ(molecule.fragments.front().atoms.size(), 13U);
  EXPECT_EQ(molecule.fragments.front().cuts, 0);
  EXPECT_NEAR(molecule.fragments.front().mass, 180.042259, 1e-6);
  for (std::size_t i = 2; i < molecule.fragments.size(); ++i) {
    EXPECT_LE(molecule.fragments[i - 1].mass, molecule.fragments[i].mass);
  }
}

TEST(Fragmenter, SaysWhatAFragmentIs) {
  // CCO: its pieces are C, CC, O, CO and the middle carbon.
  const auto molecule = fragmented("CCO");
  ASSERT_EQ(molecule.fragments.size(), 6U);
  const Fragment& middle = molecule.fragments[1];  // CH2 is lighter than CH3
  EXPECT_NEAR(middle.mass, 14.01565, 1e-5);
  EXPECT_EQ(middle.cuts, 2);
  EXPECT_EQ(middle.ring_cuts, 0);
  EXPECT_FALSE(middle.odd_electrons);
  EXPECT_EQ(middle.bond_cost, 3);  // 2 between carbons, 1 to oxygen
  const Fragment& methyl = molecule.fragments[2];
  EXPECT_NEAR(methyl.mass, 15.023475, 1e-5);
  EXPECT_TRUE(methyl.odd_electrons);
  EXPECT_EQ(methyl.bond_cost, 2);
}

TEST(Fragmenter, CountsChargesAndBondsOfRings) {
  const auto betaine = fragmented("C[N+](C)(C)CC(=O)[O-]");
  EXPECT_EQ(betaine.fragments.front().charge, 0);
  const auto cation = fragmented("C[N+](C)(C)CCO");
  EXPECT_EQ(cation.fragments.front().charge, 1);
  const auto ring = fragmented("C1CC1");
  for (std::size_t i = 1; i < ring.fragments.size(); ++i) {
    EXPECT_EQ(ring.fragments[i].cuts, 2);
    EXPECT_EQ(ring.fragments[i].ring_cuts, 2);
    EXPECT_EQ(ring.fragments[i].bond_cost, 4);
  }
}

TEST(Fragmenter, BondsCostByOrderAndElements) {
  const auto cost_of = [](const std::string& smiles) {
    const auto graph = graph_of(smiles);
    return bond_cost(graph, graph.bonds.front());
  };
  EXPECT_EQ(cost_of("CC"), 2);
  EXPECT_EQ(cost_of("CO"), 1);
  EXPECT_EQ(cost_of("C=C"), 4);
  EXPECT_EQ(cost_of("C=O"), 2);
  EXPECT_EQ(cost_of("C#N"), 3);
  EXPECT_EQ(cost_of("c1ccccc1"), 6);
}

TEST(Fragmenter, LeavesOutWholeKindsOfPiecesThatAreTooMany) {
  const auto graph = graph_of("CC(=O)Oc1ccccc1C(=O)O");
  const auto all = fragment(graph);
  std::size_t simple = 0, rings = 0;
  for (const auto& fragment : all.fragments) {
    simple += fragment.cuts < 3 ? 1 : 0;
    rings += fragment.cuts < 3 || fragment.ring_cuts == 2 ? 1 : 0;
  }
  ASSERT_LT(simple, rings);
  ASSERT_LT(rings, all.fragments.size());
  const auto with_limit = [&](std::size_t limit) { return fragment(graph, {128, limit}); };
  EXPECT_EQ(with_limit(all.fragments.size()).extent, FragmentationExtent::three_cuts);
  EXPECT_EQ(with_limit(all.fragments.size() - 1).extent, FragmentationExtent::rings_and_two_cuts);
  EXPECT_EQ(with_limit(all.fragments.size() - 1).fragments.size(), rings);
  EXPECT_EQ(with_limit(rings - 1).extent, FragmentationExtent::two_cuts);
  EXPECT_EQ(with_limit(rings - 1).fragments.size(), simple);
}

TEST(Fragmenter, HasNothingForWhatIsTooLarge) {
  const auto none = fragment(graph_of("CC(=O)Oc1ccccc1C(=O)O"), {128, 10});
  EXPECT_EQ(none.extent, FragmentationExtent::too_many_fragments);
  EXPECT_TRUE(none.fragments.empty());
  EXPECT_EQ(problem_of(none.extent), "too many fragments");
  const auto chain = fragmented(std::string(129, 'C'));
  EXPECT_EQ(chain.extent, FragmentationExtent::too_many_atoms);
  EXPECT_TRUE(chain.fragments.empty());
  EXPECT_EQ(problem_of(chain.extent), "more than 128 heavy atoms");
  const auto largest = fragment(graph_of(std::string(128, 'C')), {128, 20'000});
  EXPECT_EQ(problem_of(largest.extent), "");
  EXPECT_EQ(largest.fragments.front().atoms.size(), 128U);
}

TEST(Fragmenter, MassesOfPiecesOfRealMoleculesAddUp) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  MoleculeTable table(test::real_library());
  for (int i = 0; i < 3000; ++i) {
    const auto record = table.next();
    if (i % 30 != 0) continue;
    const auto molecule = std::get<Molecule>(standardize(record->smiles));
    const auto pieces = fragment(structure_graph(molecule));
    if (pieces.fragments.empty()) continue;
    EXPECT_NEAR(pieces.fragments.front().mass, molecule.exact_mass(), 1e-4) << molecule.smiles();
    EXPECT_EQ(pieces.fragments.front().charge, molecule.charge()) << molecule.smiles();
    std::set<AtomSet> distinct;
    for (const auto& piece : pieces.fragments) distinct.insert(piece.atoms);
    EXPECT_EQ(distinct.size(), pieces.fragments.size()) << molecule.smiles();
  }
}

}  // namespace
}  // namespace specbridge
