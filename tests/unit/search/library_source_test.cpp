#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "library/build/library_writer.h"
#include "search/candidate_source.h"
#include "support/support.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

using test::MadeUpEncoder;
using test::TemporaryFolder;

constexpr std::size_t kDim = 16;

/// Isomers of C3H8O (60.0575 Da) and C4H10O (74.0732 Da), and others.
const std::vector<std::string> kSmiles = {"CCCO",    "CC(C)O", "COCC", "CCCCO",    "CCC(C)O",
                                          "CC(C)CO", "CCOCC",  "CCO",  "c1ccccc1", "CC(=O)O"};

class LibrarySourceTest : public ::testing::Test {
 protected:
  LibrarySourceTest() {
    for (const auto& smiles : kSmiles) molecules_.push_back(test::molecule(smiles));
    std::ranges::sort(molecules_, [](const Molecule& a, const Molecule& b) {
      return std::pair(a.exact_mass(), a.smiles()) < std::pair(b.exact_mass(), b.smiles());
    });
    vectors_ = MadeUpEncoder(kDim).encode(molecules_);
    LibraryWriter writer(folder_.path(), kDim);
    for (std::size_t i = 0; i < molecules_.size(); ++i) {
      writer.add("id", molecules_[i], vectors_.row(i));
    }
    writer.finish({"Flat", "made-up", "made-up", 0, 0, 0, {}}, {});
    library_.emplace(Library::open(folder_.path()));
    query_ = Matrix(1, kDim);
    query_.row(0)[0] = 1;
  }

  RankedList ranked(const SearchConfig& config, const Query& query, std::size_t k = 0) const {
    return library_source(*library_, config, context_)->rank({query}, query_, k)[0];
  }
  /// SMILES of the molecules for which `wanted` holds, by descending first coordinate.
  template <typename Wanted>
  std::vector<std::string> best_first(const Wanted& wanted) const {
    std::vector<std::pair<float, std::string>> scored;
    for (std::size_t i = 0; i < molecules_.size(); ++i) {
      if (wanted(molecules_[i])) scored.emplace_back(-vectors_.row(i)[0], molecules_[i].smiles());
    }
    std::ranges::sort(scored);
    std::vector<std::string> smiles;
    for (auto& [score, text] : scored) smiles.push_back(text);
    return smiles;
  }
  std::vector<std::string> smiles_of(const RankedList& list) const {
    std::vector<std::string> smiles;
    for (const auto& hit : list.hits) smiles.push_back(molecules_[hit.row].smiles());
    return smiles;
  }

  TemporaryFolder folder_;
  std::vector<Molecule> molecules_;
  Matrix vectors_, query_;
  std::optional<Library> library_;
  RunContext context_;
};

Query ion(double mz, const std::string& adduct) {
  Query query;
  query.spectrum.precursor_mz = mz;
  query.spectrum.adduct = adduct;
  return query;
}

TEST_F(LibrarySourceTest, RanksTheMoleculesOfTheMassWindow) {
  const RankedList list = ranked({}, ion(61.0648, "[M+H]+"));  // C3H8O and a proton
  EXPECT_EQ(list.status, "ok");
  EXPECT_EQ(list.candidates, 3U);
  EXPECT_EQ(smiles_of(list), best_first([](const Molecule& m) { return m.formula() == "C3H8O"; }));
}

TEST_F(LibrarySourceTest, SaysWhenTheWindowIsEmpty) {
  const RankedList list = ranked({}, ion(500, "[M+H]+"));
  EXPECT_EQ(list.status, "empty_window");
  EXPECT_EQ(list.message, "the library has no molecule of 498.9877 to 498.9977 Da ([M+H]+)");
}

TEST_F(LibrarySourceTest, SaysWhenTheAdductIsNotKnown) {
  EXPECT_EQ(ranked({}, ion(61, "[M+Zz]+")).status, "unknown_adduct");
  EXPECT_EQ(ranked({}, ion(61, "[M+Zz]+")).message, "adduct \"[M+Zz]+\" cannot be read");
  EXPECT_EQ(ranked({}, ion(61, "")).message,
            "the record states neither adduct nor charge; add ADDUCT or CHARGE");
}

TEST_F(LibrarySourceTest, PassesARefusalOn) {
  Query query = ion(61, "[M+H]+");
  query.refusal = Refusal{"no_peaks", "why"};
  EXPECT_EQ(ranked({}, query).status, "no_peaks");
  EXPECT_EQ(ranked({}, query).message, "why");
}

TEST_F(LibrarySourceTest, RanksTheMoleculesOfTheRecordsFormula) {
  SearchConfig config;
  config.mode = CandidateMode::formula;
  Query query = ion(500, "[M+H]+");  // the mass does not matter
  query.spectrum.formula = "H10C4O";
  EXPECT_EQ(smiles_of(ranked(config, query)),
            best_first([](const Molecule& m) { return m.formula() == "C4H10O"; }));
  query.spectrum.formula = "";
  EXPECT_EQ(ranked(config, query).status, "no_formula");
  query.spectrum.formula = "Xx3";
  EXPECT_EQ(ranked(config, query).message, "\"Xx3\" is no molecular formula");
  query.spectrum.formula = "C60";
  EXPECT_EQ(ranked(config, query).message, "the library has no molecule C60");
}

TEST_F(LibrarySourceTest, AFormulaForAllQueriesWins) {
  SearchConfig config;
  config.mode = CandidateMode::formula;
  config.formula = "C3H8O";
  Query query = ion(500, "");
  query.spectrum.formula = "C4H10O";
  EXPECT_EQ(ranked(config, query).candidates, 3U);
}

TEST_F(LibrarySourceTest, OpenSearchRanksEverything) {
  SearchConfig config;
  config.mode = CandidateMode::open;
  const auto all = best_first([](const Molecule&) { return true; });
  EXPECT_EQ(smiles_of(ranked(config, ion(61, ""))), all);
  EXPECT_EQ(smiles_of(ranked(config, ion(61, ""), 2)), (std::vector<std::string>{all[0], all[1]}));
}

TEST_F(LibrarySourceTest, DescribesARow) {
  const auto source = library_source(*library_, {}, context_);
  const CandidateText text = source->describe(0);
  EXPECT_EQ(text.id, "id");
  EXPECT_EQ(text.smiles, molecules_[0].smiles());
  EXPECT_EQ(text.inchikey14, molecules_[0].inchikey14());
  EXPECT_EQ(text.formula, molecules_[0].formula());
  EXPECT_EQ(text.exact_mass, molecules_[0].exact_mass());
}

}  // namespace
}  // namespace specbridge
