#include "search/evidence/fragment_scorer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "fragments/fragment_model.h"
#include "search/shown_queries.h"
#include "specbridge/ion_of_spectrum.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

using test::molecule;

/// Molecules in memory, as a search sees them.
class Shelf final : public MoleculeStore {
 public:
  explicit Shelf(const std::vector<std::string>& smiles) {
    for (const auto& text : smiles) molecules_.push_back(molecule(text));
  }
  std::size_t rows() const noexcept override { return molecules_.size(); }
  StructureKey structure(std::size_t row) const override {
    return StructureKey(molecules_[row].inchikey14());
  }
  double mass(std::size_t row) const override { return molecules_[row].exact_mass(); }
  MoleculeText text(std::size_t row) const override {
    const Molecule& one = molecules_[row];
    return {"", one.smiles(), one.inchikey14(), one.formula(), one.exact_mass(), one.charge()};
  }

 private:
  std::vector<Molecule> molecules_;
};

/// A query of C3H8O that lost water.
Query query_of(const std::string& adduct) {
  Query query;
  query.spectrum.adduct = adduct;
  query.spectrum.precursor_mz = 61.0648;
  query.spectrum.peaks = {{43.0542, 10}};
  query.ion = ion_of(query.spectrum);
  return query;
}

/// One query and its candidates under the score before training.
class FragmentScorerTest : public testing::Test {
 protected:
  std::vector<float> scores(const Query& query, std::vector<std::uint32_t> chosen = {},
                            std::size_t threads = 1) const {
    CandidateSet set;
    RowSet::Rows rows;
    for (std::size_t row = 0; row < shelf_.rows(); ++row) rows.push_back(row);
    set.rows = RowSet(std::move(rows));
    const std::vector<Query> queries = {query};
    const auto peaks = shown_peaks(queries);
    ScoringBlock block;
    block.queries = {&queries[0]};
    block.sets = {&set};
    block.peaks = {peaks[0]};
    block.molecules = &shelf_;
    if (!chosen.empty()) block.chosen = {std::move(chosen)};
    ScoreColumn column(block);
    RunContext context;
    context.threads = threads;
    scorer_->score(block, column, context);
    return {column.of(0).begin(), column.of(0).end()};
  }

  Shelf shelf_{{"CCCO", "CCOC", "CC(C)O"}};
  std::unique_ptr<Scorer> scorer_ = make_fragment_scorer({std::make_shared<const FragmentModel>()});
};

TEST_F(FragmentScorerTest, PrefersWhatExplainsThePeaks) {
  const auto found = scores(query_of("[M+H]+"));
  EXPECT_GT(found[0], 0);  // loses water
  EXPECT_EQ(found[1], 0);  // cannot
  EXPECT_EQ(found[2], found[0]);
  EXPECT_EQ(scores(query_of("[M+H]+"), {}, 2), found);
}

TEST_F(FragmentScorerTest, KnowsNothingOfIonsThatItCannotTakeApart) {
  for (const char* adduct : {"[2M+H]+", "[M+2H]2+"}) {
    for (const float score : scores(query_of(adduct))) EXPECT_TRUE(std::isnan(score)) << adduct;
  }
}

TEST_F(FragmentScorerTest, LooksAtTheChosenCandidatesOnly) {
  const auto found = scores(query_of("[M+H]+"), {0, 2});
  EXPECT_GT(found[0], 0);
  EXPECT_TRUE(std::isnan(found[1]));
  EXPECT_EQ(found[2], found[0]);
}

TEST(FragmentScorer, NeedsAModelThatHasOne) {
  EXPECT_EQ(make_fragment_scorer({}), nullptr);
}

}  // namespace
}  // namespace specbridge
