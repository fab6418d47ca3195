// What every RowStore keeps to.
#include "index/row_store.h"

#include <gtest/gtest.h>

#include <functional>
#include <numeric>
#include <optional>

#include "base/random.h"
#include "index/row_writer.h"
#include "library/library.h"
#include "search/pool_store.h"
#include "search/references/joined_stores.h"
#include "small_world.h"
#include "support/support.h"
#include "unit/library/small_library.h"

namespace specbridge {
namespace {

using test::searcher_of;

/// A store and what it lives on.
struct Store {
  std::shared_ptr<const void> ground;
  std::unique_ptr<RowStore> own;
  const RowStore* rows;
  float precision = 0;   // of a score, against the inner product with the decoded row
  float length = 1e-5F;  // how far the square of a row's length may be from 1
};

Store store_of(Searcher searcher) {
  auto ground = std::make_shared<const Searcher>(std::move(searcher));
  const RowStore* rows = &ground->parts().vectors();
  return {std::move(ground), nullptr, rows};
}

Store library_rows() {
  return store_of(searcher_of(CandidateMode::mass_window));
}

Store pool_rows() {
  return store_of(searcher_of(CandidateMode::pools));
}

Store kept_pool_rows() {
  auto searcher = std::make_shared<const Searcher>(searcher_of(CandidateMode::pools));
  const auto& parts = searcher->parts();
  auto kept = std::make_unique<EncodedPools>(*parts.pools, *parts.encoder, nullptr);
  kept->keep_all({});
  const RowStore* rows = kept.get();
  return {std::move(searcher), std::move(kept), rows};
}

/// Random rows in files.
struct RowFiles {
  explicit RowFiles(RowType type) {
    constexpr std::size_t kRows = 150, kDim = 21;
    Random random(6);
    RowWriter writer(folder.path(), type, kDim);
    std::vector<float> row(kDim);
    for (std::size_t i = 0; i < kRows; ++i) {
      for (float& value : row) value = static_cast<float>(random.normal());
      normalize(row);
      writer.add(row);
    }
    writer.finish();
    vectors.emplace(folder / vectors_file_name(type));
    if (type == RowType::i8) scales.emplace(folder / kScalesFile);
    store = open_rows(type, *vectors, scales ? &*scales : nullptr, kRows, kDim);
  }
  test::TemporaryFolder folder;
  std::optional<BlockFile> vectors, scales;
  std::unique_ptr<RowStore> store;
};

template <RowType type>
Store rows_in_files() {
  auto files = std::make_shared<const RowFiles>(type);
  const RowStore* rows = files->store.get();
  // The integers of a query are 2^-15 of its largest number apart.
  // Each number of a float16 row is within 2^-11 of its size.
  return {std::move(files), nullptr, rows, type == RowType::i8 ? 2e-4F : 0,
          type == RowType::f16 ? 1e-3F : 1e-5F};
}

/// Rows of a library, and behind them those of a library of spectra.
Store joined_rows() {
  struct Libraries {
    Library library = Library::open(test::small_world().library);
    SpectralLibrary spectra = SpectralLibrary::open(test::small_world().spectral_library);
  };
  auto libraries = std::make_shared<const Libraries>();
  auto joined = std::make_unique<JoinedVectors>(libraries->library, libraries->spectra);
  if (!joined->knows_all()) throw std::logic_error("the library of spectra has no vectors");
  const RowStore* rows = joined.get();
  return {std::move(libraries), std::move(joined), rows};
}

/// Rows of a library of three shards.
Store sharded_rows() {
  struct Sharded {
    test::TemporaryFolder folder;
    std::optional<Library> library;
  };
  auto sharded = std::make_shared<Sharded>();
  std::vector<Molecule> molecules;
  for (int i = 0; i < 20; ++i) molecules.push_back(test::made_up("C", 16 + i));
  ShardRules rules = test::rules(24);
  rules.shard_rows = 8;
  test::write_library(sharded->folder / "lib", molecules, test::unit_rows(20, 24), rules);
  sharded->library.emplace(Library::open(sharded->folder / "lib"));
  const RowStore* rows = &sharded->library->vectors();
  return {std::move(sharded), nullptr, rows};
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
    if (store_.precision == 0) {
      EXPECT_EQ(found[row], dot(query_, vector)) << row;
    } else {
      EXPECT_NEAR(found[row], dot(query_, vector), store_.precision) << row;
    }
    EXPECT_NEAR(dot(vector, vector), 1, store_.length) << row;
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

TEST_P(RowStoreContract, ManyQueriesHaveTheScoresOfEachAlone) {
  const std::vector<float> other(query_.rbegin(), query_.rend());
  const std::vector<RowSet> sets = {all_, RowSet(std::vector<RowRange>{{3, 9}}), RowSet(),
                                    RowSet(RowSet::Rows{5, 1, 2})};
  std::vector<std::vector<float>> found;
  for (const RowSet& set : sets) found.emplace_back(set.size());
  std::vector<ScoreRequest> requests;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    requests.push_back({i % 2 == 0 ? query_ : other, &sets[i], found[i]});
  }
  for (const std::size_t threads : {1UL, 3UL}) {
    store_.rows->scores_of_many(requests, test::on_cpu(threads));
    for (std::size_t i = 0; i < sets.size(); ++i) {
      std::vector<float> expected(sets[i].size());
      store_.rows->scores(requests[i].query, sets[i], expected);
      EXPECT_EQ(found[i], expected) << i;
      std::ranges::fill(found[i], 0.0F);
    }
  }
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
                         testing::Values(library_rows, pool_rows, kept_pool_rows, pool_rows_at_hand,
                                         joined_rows, sharded_rows, rows_in_files<RowType::f32>,
                                         rows_in_files<RowType::f16>, rows_in_files<RowType::i8>));

}  // namespace
}  // namespace specbridge
