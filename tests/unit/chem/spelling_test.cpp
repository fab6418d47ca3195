#include "chem/spelling.h"

#include <gtest/gtest.h>

#include <set>

#include "chem/molecule.h"

namespace specbridge {
namespace {

TEST(CanonicalSpelling, IsRdkitsOwnAndKeepsStereoChargesAndFragments) {
  EXPECT_EQ(canonical_spelling("OCC"), "CCO");
  EXPECT_EQ(canonical_spelling("C1=CC=CC=C1"), "c1ccccc1");
  EXPECT_EQ(canonical_spelling("C(/F)=C/F"), "F/C=C\\F");
  EXPECT_EQ(canonical_spelling("[O-]C(C)=O.[Na+]"), "CC(=O)[O-].[Na+]");
}

TEST(CanonicalSpelling, IsNothingForWhatIsNoMolecule) {
  EXPECT_EQ(canonical_spelling("no molecule"), std::nullopt);
  EXPECT_EQ(canonical_spelling(""), std::nullopt);
}

TEST(RandomSpelling, IsTheSameStructureWrittenInManyWays) {
  for (const std::string smiles :
       {"CC(C)Cc1ccc(cc1)C(C)C(=O)O", "Cn1cnc2c1c(=O)n(C)c(=O)n2C", "C[N+](C)(C)CC(=O)[O-]",
        "[O-]C(C)=O.[Na+]", "O=C(/C=C/c1ccccc1)O", "N[C@@H](C)C(=O)O"}) {
    const auto canonical = canonical_spelling(smiles);
    std::set<std::string> spellings;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Random random(seed);
      const auto spelling = random_spelling(smiles, random);
      ASSERT_TRUE(spelling);
      EXPECT_EQ(canonical_spelling(*spelling), canonical) << *spelling;
      spellings.insert(*spelling);
    }
    EXPECT_GT(spellings.size(), 3U) << smiles;
  }
}

TEST(RandomSpelling, IsAromaticOrKekule) {
  std::set<bool> aromatic;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    aromatic.insert(random_spelling("c1ccccc1O", random)->find('c') != std::string::npos);
  }
  EXPECT_EQ(aromatic, (std::set{false, true}));
}

TEST(RandomSpelling, DependsOnTheSeedAlone) {
  Random one(5), two(5);
  EXPECT_EQ(random_spelling("CC(C)Cc1ccccc1", one), random_spelling("CC(C)Cc1ccccc1", two));
}

}  // namespace
}  // namespace specbridge
