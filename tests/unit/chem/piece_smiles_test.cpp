#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "chem/graphs/structure_graph.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using testing::ElementsAre;
using Pieces = std::vector<std::vector<int>>;

TEST(PieceSmiles, ShowAPieceAlone) {
  EXPECT_THAT(piece_smiles("CCOC(C)=O", Pieces{{3, 4, 5}, {0, 1}, {2}}),
              ElementsAre("CC=O", "CC", "O"));
}

TEST(PieceSmiles, LeavePartsOfAromaticRingsInSmallLetters) {
  EXPECT_THAT(piece_smiles("c1ccoc1", Pieces{{2, 3}}), ElementsAre("co"));
}

TEST(PieceSmiles, KeepChargesAndLabels) {
  EXPECT_THAT(piece_smiles(test::spelling("C[N+](C)(C)CCO"), Pieces{{0, 1}}), ElementsAre("C[N+]"));
  const auto labelled = test::spelling("[13CH3]CO");
  EXPECT_THAT(piece_smiles(labelled, Pieces{{0, 1, 2}}), ElementsAre(labelled));
}

TEST(PieceSmiles, AreOfStandardisedMolecules) {
  EXPECT_THROW(piece_smiles("C(", Pieces{{0}}), std::invalid_argument);
}

}  // namespace
}  // namespace specbridge
