#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "library/library.h"
#include "search/library_candidates.h"
#include "search/nearest_exactly.h"
#include "specbridge/status.h"
#include "support/support.h"
#include "unit/library/small_library.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

using test::MadeUpEncoder;
using test::TemporaryFolder;

constexpr std::size_t kWidth = 16;

/// Isomers of C3H8O (60.0575 Da) and C4H10O (74.0732 Da), and others.
const std::vector<std::string> kSmiles = {"CCCO",    "CC(C)O", "COCC", "CCCCO",    "CCC(C)O",
                                          "CC(C)CO", "CCOCC",  "CCO",  "c1ccccc1", "CC(=O)O"};

class CandidatesOfALibrary : public ::testing::Test {
 protected:
  CandidatesOfALibrary() {
    for (const auto& smiles : kSmiles) molecules_.push_back(test::molecule(smiles));
    std::ranges::sort(molecules_, [](const Molecule& a, const Molecule& b) {
      return std::pair(a.exact_mass(), a.smiles()) < std::pair(b.exact_mass(), b.smiles());
    });
    vectors_ = MadeUpEncoder(kWidth).encode(molecules_);
    test::write_library(folder_.path(), molecules_, vectors_);
    library_.emplace(Library::open(folder_.path()));
    query_ = Matrix(1, kWidth);
    query_.row(0)[0] = 1;
  }

  CandidateSet chosen(const CandidateChoice& choice, Query query, std::size_t k = 0) const {
    query.ion = ion_of(query.spectrum, choice.adducts);
    const auto source = library_candidates(*library_, choice, 1);
    return source->candidates({std::span(&query, 1), query_.view()}, k)[0];
  }
  /// SMILES of the molecules for which `wanted` holds.
  template <typename Wanted>
  std::set<std::string> those(const Wanted& wanted) const {
    std::set<std::string> smiles;
    for (const auto& molecule : molecules_) {
      if (wanted(molecule)) smiles.insert(molecule.smiles());
    }
    return smiles;
  }
  std::set<std::string> smiles_of(const CandidateSet& set) const {
    std::set<std::string> smiles;
    set.rows.for_each([&](std::size_t row) { smiles.insert(molecules_[row].smiles()); });
    return smiles;
  }

  TemporaryFolder folder_;
  std::vector<Molecule> molecules_;
  Matrix vectors_, query_;
  std::optional<Library> library_;
};

Query ion(double mz, const std::string& adduct) {
  Query query;
  query.spectrum.precursor_mz = mz;
  query.spectrum.adduct = adduct;
  return query;
}

TEST_F(CandidatesOfALibrary, RanksTheMoleculesOfTheMassWindow) {
  const CandidateSet list = chosen({}, ion(61.0648, "[M+H]+"));  // C3H8O and a proton
  EXPECT_EQ(list.status, Status::ok);
  EXPECT_EQ(list.rows.size(), 3U);
  EXPECT_EQ(smiles_of(list), those([](const Molecule& m) { return m.formula() == "C3H8O"; }));
}

TEST_F(CandidatesOfALibrary, SaysWhenTheWindowIsEmpty) {
  const CandidateSet list = chosen({}, ion(500, "[M+H]+"));
  EXPECT_EQ(list.status, Status::empty_window);
  EXPECT_EQ(list.message, "the library has no molecule of 498.9877 to 498.9977 Da ([M+H]+)");
}

TEST_F(CandidatesOfALibrary, SaysWhenTheAdductIsNotKnown) {
  EXPECT_EQ(chosen({}, ion(61, "[M+Zz]+")).status, Status::unknown_adduct);
  EXPECT_EQ(chosen({}, ion(61, "[M+Zz]+")).message, "adduct \"[M+Zz]+\" cannot be read");
  EXPECT_EQ(chosen({}, ion(61, "")).message,
            "the record states neither adduct nor charge; add ADDUCT or CHARGE");
}

TEST_F(CandidatesOfALibrary, PassesARefusalOn) {
  Query query = ion(61, "[M+H]+");
  query.refusal = Refusal{Status::no_peaks, "why"};
  EXPECT_EQ(chosen({}, query).status, Status::no_peaks);
  EXPECT_EQ(chosen({}, query).message, "why");
}

TEST_F(CandidatesOfALibrary, RanksTheMoleculesOfTheRecordsFormula) {
  CandidateChoice config;
  config.mode = CandidateMode::formula;
  Query query = ion(500, "[M+H]+");  // the mass does not matter
  query.spectrum.formula = "H10C4O";
  EXPECT_EQ(smiles_of(chosen(config, query)),
            those([](const Molecule& m) { return m.formula() == "C4H10O"; }));
  query.spectrum.formula = "";
  EXPECT_EQ(chosen(config, query).status, Status::no_formula);
  query.spectrum.formula = "Xx3";
  EXPECT_EQ(chosen(config, query).message, "\"Xx3\" is no molecular formula");
  query.spectrum.formula = "C60";
  EXPECT_EQ(chosen(config, query).message, "the library has no molecule C60");
}

TEST_F(CandidatesOfALibrary, AFormulaForAllQueriesWins) {
  CandidateChoice config;
  config.mode = CandidateMode::formula;
  config.formula = "C3H8O";
  Query query = ion(500, "");
  query.spectrum.formula = "C4H10O";
  EXPECT_EQ(chosen(config, query).rows.size(), 3U);
}

TEST_F(CandidatesOfALibrary, OpenSearchTakesEverythingOfASmallLibrary) {
  CandidateChoice config;
  config.mode = CandidateMode::open;
  const auto all = those([](const Molecule&) { return true; });
  EXPECT_EQ(smiles_of(chosen(config, ion(61, ""))), all);
  EXPECT_EQ(smiles_of(chosen(config, ion(61, ""), 2)), all);
}

TEST_F(CandidatesOfALibrary, TriesEveryAdductThatIsStatedAndSaysSo) {
  const CandidateSet set = chosen({}, ion(61.0648, "[M+Na]+/[M+H]+"));
  EXPECT_EQ(set.rows.size(), 3U);
  EXPECT_EQ(set.assumed.size(), 2U);
  EXPECT_EQ(set.message,
            "the record leaves open which ion it shows; candidates of [M+Na]+, [M+H]+");
}

TEST_F(CandidatesOfALibrary, TriesEveryPrecursorOfOneAdduct) {
  Query query = ion(61.0648, "[M+H]+");
  query.spectrum.precursors = {75.0804, 61.0648};  // C4H10O and C3H8O
  const CandidateSet set = chosen({}, query);
  EXPECT_EQ(smiles_of(set), those([](const Molecule& m) {
              return m.formula() == "C3H8O" || m.formula() == "C4H10O";
            }));
  EXPECT_EQ(set.message,
            "the record leaves open which ion it shows; candidates of [M+H]+ at 61.0648, [M+H]+ at "
            "75.0804");
}

TEST_F(CandidatesOfALibrary, OfAChainAreThoseOfItsOneMass) {
  Query query = ion(61.0648, "[M+Na]+/[M+H]+");
  query.spectrum.precursors = {83.04673, 61.0648};
  const CandidateSet set = chosen({}, query);
  EXPECT_EQ(smiles_of(set), those([](const Molecule& m) { return m.formula() == "C3H8O"; }));
  EXPECT_EQ(set.message, "");
}

TEST_F(CandidatesOfALibrary, TriesAssumedAdductsAndSaysSo) {
  CandidateChoice config;
  config.adducts = parse_adduct_list("[M+H]+,[M+Na]+");
  const CandidateSet set = chosen(config, ion(61.0648, ""));
  EXPECT_EQ(set.rows.size(), 3U);
  EXPECT_EQ(set.assumed.size(), 2U);
  EXPECT_EQ(set.message, "the record states no adduct; candidates of [M+H]+, [M+Na]+");
}

TEST(NearestExactly, AreThoseOfBruteForceOverAllShards) {
  const TemporaryFolder folder;
  std::vector<Molecule> molecules;
  for (int i = 0; i < 500; ++i) molecules.push_back(test::made_up("C", 16 + i));
  Matrix vectors = test::unit_rows(500, kWidth);
  std::ranges::copy(vectors.row(7), vectors.row(300).begin());  // equal scores
  ShardRules rules = test::rules(kWidth);
  rules.shard_rows = 130;
  test::write_library(folder / "lib", molecules, vectors, rules);
  write_library_root(folder / "lib", rules, {}, {0, 131, 499});
  const Library library = Library::open(folder / "lib");
  const Matrix queries = test::unit_rows(9, kWidth, 5);
  const auto found = nearest_exactly(library, queries.view(), 12, {});
  for (std::size_t q = 0; q < queries.rows(); ++q) {
    std::vector<std::pair<float, std::size_t>> expected;
    for (std::size_t row = 0; row < 500; ++row) {
      if (row == 0 || row == 131 || row == 499) continue;
      expected.emplace_back(-dot(queries.row(q), std::as_const(vectors).row(row)), row);
    }
    std::ranges::sort(expected);
    ASSERT_EQ(found[q].size(), 12U);
    for (std::size_t i = 0; i < 12; ++i) {
      EXPECT_EQ(found[q][i].row, expected[i].second);
      EXPECT_EQ(found[q][i].score, -expected[i].first);
    }
  }
}

TEST(NearestExactly, OfFewerRowsThanWantedAreAll) {
  const TemporaryFolder folder;
  test::write_library(folder / "lib", {test::made_up("C", 16)}, test::unit_rows(1, kWidth));
  const Library library = Library::open(folder / "lib");
  const auto found = nearest_exactly(library, test::unit_rows(2, kWidth).view(), 5, {});
  EXPECT_EQ(found[0].size(), 1U);
  EXPECT_TRUE(nearest_exactly(library, test::unit_rows(2, kWidth).view(), 0, {})[0].empty());
}

}  // namespace
}  // namespace specbridge
