// What every RowStore keeps to.
#include "index/row_store.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>

#include "base/random.h"
#include "search/pool_store.h"
#include "small_world.h"

namespace specbridge {
namespace {

using test::searcher_of;

/// A store and what it lives on.
struct Store {
  Searcher searcher;
  std::unique_ptr<RowStore> own;
  const RowStore* rows;
};

Store library_rows() {
  Searcher searcher = searcher_of(CandidateMode::mass_window);
  const RowStore* rows = &searcher.parts().vectors();
  return {std::move(searcher), nullptr, rows};
}

Store pool_rows() {
  Searcher searcher = searcher_of(CandidateMode::pools);
  const RowStore* rows = &searcher.parts().vectors();
  return {std::move(searcher), nullptr, rows};
}

Store kept_pool_rows() {
  Searcher searcher = searcher_of(CandidateMode::pools);
  const auto& parts = searcher.parts();
  auto kept = std::make_unique<EncodedPools>(*parts.pools, *parts.encoder, nullptr);
  kept->keep_all({});
  const RowStore* rows = kept.get();
  return {std::move(searcher), std::move(kept), rows};
}

Store pool_rows_at_hand() {
  Store store = pool_rows();
  std::vector<std::size_t> all(store.rows->rows());
  std::iota(all.begin(), all.end(), std::size_t{0});
  store.own = store.rows->at_hand(all);
  store.rows = store.own.get();
  return store;
}

class RowStoreContract : public testing::TestWithParam<std::function<Store()>> {
 protected:
  std::vector<float> scores(const RowSet& rows) const {
    std::vector<float> scores(rows.size());
    store_.rows->scores(query_, rows, scores);
    return scores;
  }
  const Store store_ = GetParam()();
  const std::size_t count_ = store_.rows->rows(), dim_ = store_.rows->dim();
  const std::vector<float> query_ = [this] {
    Random random(5);
    std::vector<float> query(dim_);
    for (float& value : query) value = static_cast<float>(random.normal());
    return query;
  }();
  const RowSet all_ = RowSet(std::vector<RowRange>{{0, count_}});
};

TEST_P(RowStoreContract, ScoresAreInnerProductsWithTheDecodedRows) {
  std::vector<float> vectors(count_ * dim_);
  store_.rows->decode(all_, vectors);
  const auto found = scores(all_);
  for (std::size_t row = 0; row < count_; ++row) {
    const auto vector = std::span(vectors).subspan(row * dim_, dim_);
    EXPECT_EQ(found[row], dot(query_, vector)) << row;
    EXPECT_NEAR(dot(vector, vector), 1, 1e-5) << row;
  }
}

TEST_P(RowStoreContract, ARowHasTheSameScoreHoweverItIsAskedFor) {
  const auto expected = scores(all_);
  RowSet::Rows backwards(count_);
  std::iota(backwards.rbegin(), backwards.rend(), std::size_t{0});
  const auto found = scores(RowSet(backwards));
  for (std::size_t i = 0; i < count_; ++i) EXPECT_EQ(found[i], expected[backwards[i]]);
  EXPECT_EQ(scores(RowSet(std::vector<RowRange>{{2, 4}, {7, 8}})),
            (std::vector<float>{expected[2], expected[3], expected[7]}));
}

TEST_P(RowStoreContract, NoRowsHaveNoScores) {
  EXPECT_TRUE(scores(RowSet()).empty());
}

TEST_P(RowStoreContract, RefusesAQueryOrAPlaceOfAnotherSize) {
  std::vector<float> places(count_);
  EXPECT_THROW(store_.rows->scores(std::span(query_).first(dim_ - 1), all_, places),
               std::invalid_argument);
  EXPECT_THROW(store_.rows->scores(query_, all_, std::span(places).first(1)),
               std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(Stores, RowStoreContract,
                         testing::Values(library_rows, pool_rows, kept_pool_rows,
                                         pool_rows_at_hand));

}  // namespace
}  // namespace specbridge
