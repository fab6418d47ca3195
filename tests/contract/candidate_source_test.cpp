// What every CandidateSource keeps to.
#include "search/candidate_source.h"

#include <gtest/gtest.h>

#include <set>

#include "small_world.h"

namespace specbridge {
namespace {

using test::queries_of;
using test::searcher_of;

std::vector<std::size_t> rows_of(const CandidateSet& set) {
  std::vector<std::size_t> rows;
  set.rows.for_each([&](std::size_t row) { rows.push_back(row); });
  return rows;
}

class CandidateSourceContract : public testing::TestWithParam<CandidateMode> {
 protected:
  std::vector<CandidateSet> choose(std::span<const Query> queries, std::size_t threads = 1) const {
    const Matrix vectors = test::vectors_of(searcher_, {queries.begin(), queries.end()});
    const Searcher& searcher = threads == 1 ? searcher_ : threaded_;
    return searcher.parts().source->candidates({queries, vectors.view()}, 5);
  }
  const Searcher searcher_ = searcher_of(GetParam()), threaded_ = searcher_of(GetParam(), 2);
  const std::vector<Query> queries_ = queries_of(searcher_);
};

TEST_P(CandidateSourceContract, GivesOneSetAQuery) {
  EXPECT_EQ(choose(queries_).size(), queries_.size());
  EXPECT_TRUE(choose({}).empty());
}

TEST_P(CandidateSourceContract, PassesARefusalOnWithItsReason) {
  const auto sets = choose(queries_);
  ASSERT_TRUE(queries_.back().refusal);
  EXPECT_EQ(sets.back().status, queries_.back().refusal->status);
  EXPECT_EQ(sets.back().message, queries_.back().refusal->message);
  EXPECT_TRUE(sets.back().rows.empty());
}

TEST_P(CandidateSourceContract, NamesRowsOfTheStoreEachOnce) {
  std::size_t found = 0;
  for (const auto& set : choose(queries_)) {
    const auto rows = rows_of(set);
    EXPECT_EQ(rows.size(), set.rows.size());
    EXPECT_EQ(std::set<std::size_t>(rows.begin(), rows.end()).size(), rows.size());
    for (const std::size_t row : rows) EXPECT_LT(row, searcher_.parts().molecules().rows());
    found += rows.size();
  }
  EXPECT_GT(found, queries_.size());
}

TEST_P(CandidateSourceContract, SaysWhyThereAreNone) {
  for (const auto& set : choose(queries_)) {
    EXPECT_EQ(set.status == Status::ok, !set.rows.empty());
    EXPECT_TRUE(set.status == Status::ok || !set.message.empty());
  }
}

TEST_P(CandidateSourceContract, AQueryHasTheSameCandidatesInAnyCompanyAndOnAnyThreads) {
  const auto together = choose(queries_), threaded = choose(queries_, 2);
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    const auto alone = choose(std::span(queries_).subspan(i, 1));
    EXPECT_EQ(rows_of(alone.front()), rows_of(together[i]));
    EXPECT_EQ(rows_of(threaded[i]), rows_of(together[i]));
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, CandidateSourceContract,
                         testing::Values(CandidateMode::mass_window, CandidateMode::formula,
                                         CandidateMode::pools, CandidateMode::open));

}  // namespace
}  // namespace specbridge
