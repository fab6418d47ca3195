#include "chem/inchi_library.h"

#include <gtest/gtest.h>

#include "base/parallel.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

/// The keys of texts, on many more threads than there are copies of the library.
std::vector<std::string> keys_on(std::size_t threads, const std::vector<std::string>& texts) {
  std::vector<std::string> keys(texts.size());
  parallel_for(texts.size(), threads, [&](std::size_t i) {
    const auto result = standardize(texts[i]);
    if (const auto* molecule = std::get_if<Molecule>(&result)) {
      keys[i] = molecule->inchikey14() + " " + molecule->smiles();
    }
  });
  return keys;
}

TEST(InchiLibrary, GivesTheSameOnOneAndOnManyThreads) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  const auto texts = test::library_sample(5000);
  const auto alone = keys_on(1, texts);
  EXPECT_EQ(keys_on(16, texts), alone);
  EXPECT_EQ(inchi_copies(), most_inchi_copies());
}

TEST(InchiLibrary, ReadsInchisOnManyThreads) {
  const std::vector<std::string> texts(
      2000, "InChI=1S/C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3,(H,11,12)");
  for (const auto& key : keys_on(8, texts)) {
    EXPECT_EQ(key, "BSYNRYMUTXBXSQ CC(=O)Oc1ccccc1C(=O)O");
  }
}

TEST(InchiLibrary, IsTheSameCopyForAThreadThatIsAlone) {
  const auto* first = InchiLibrary().operator->();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(InchiLibrary().operator->(), first);
}

}  // namespace
}  // namespace specbridge
