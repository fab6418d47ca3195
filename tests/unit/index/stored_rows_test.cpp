#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>
#include <optional>
#include <vector>

#include "base/matrix.h"
#include "base/random.h"
#include "index/kernels/kernels.h"
#include "index/row_store.h"
#include "index/row_writer.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;
using testing::HasSubstr;

constexpr std::size_t kZeroRow = 5;  // of stores with more rows

Matrix rows_with_a_zero(std::size_t count, std::size_t dim, std::uint64_t seed) {
  Random random(seed);
  Matrix rows(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    if (i == kZeroRow) continue;
    for (float& value : rows.row(i)) value = static_cast<float>(random.normal());
    normalize(rows.row(i));
  }
  return rows;
}

/// Rows of a type in files, and what they were made of.
struct Rows {
  Rows(RowType row_type, Matrix from, const Kernels& kernels = best_kernels())
      : type(row_type), original(std::move(from)) {
    RowWriter writer(folder.path(), type, original.cols());
    for (std::size_t i = 0; i < original.rows(); ++i) writer.add(original.row(i));
    writer.finish();
    vectors.emplace(folder / vectors_file_name(type));
    if (type == RowType::i8) scales.emplace(folder / kScalesFile);
    store.emplace(type, *vectors, scales ? &*scales : nullptr,
                  RowSize{original.rows(), original.cols()}, kernels);
  }
  RowType type;
  Matrix original;
  TemporaryFolder folder;
  std::optional<BlockFile> vectors, scales;
  std::optional<StoredRows> store;
};

/// The score of a row by its definition, worked out as plainly as can be.
float score_by_definition(const StoredRows& store, std::span<const float> query, std::size_t row) {
  const std::string_view bytes = store.stored(row);
  if (store.type() == RowType::i8) {
    if (store.scale(row) == 0) return -2;
    const IntegerQuery integers = integers_of(query);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < query.size(); ++i) {
      sum += static_cast<signed char>(bytes[i]) * integers.values[i];
    }
    const double factor = static_cast<double>(integers.step) * store.scale(row);
    return static_cast<float>(static_cast<double>(sum) * factor);
  }
  std::array<float, 16> sums{};
  bool zero = true;
  for (std::size_t i = 0; i < query.size(); ++i) {
    float number = 0;
    std::uint16_t half = 0;
    if (store.type() == RowType::f32) std::memcpy(&number, &bytes[4 * i], 4);
    if (store.type() == RowType::f16) {
      std::memcpy(&half, &bytes[2 * i], 2);
      number = from_float16(half);
    }
    zero = zero && number == 0;
    const float product = query[i] * number;
    sums[i % 16] = sums[i % 16] + product;
  }
  for (std::size_t width = 8; width > 0; width /= 2) {
    for (std::size_t i = 0; i < width; ++i) sums[i] = sums[i] + sums[i + width];
  }
  return zero ? -2 : sums[0];
}

std::vector<float> scores_of(const RowStore& store, std::span<const float> query,
                             const RowSet& rows) {
  std::vector<float> scores(rows.size());
  store.scores(query, rows, scores);
  return scores;
}

/// Places of the k best, of equal scores the first.
std::vector<std::size_t> best_of(const std::vector<float>& scores, std::size_t k) {
  std::vector<std::size_t> places(scores.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::ranges::stable_sort(places, [&](auto a, auto b) { return scores[a] > scores[b]; });
  places.resize(std::min(k, places.size()));
  return places;
}

RowSet range(std::size_t first, std::size_t last) {
  return RowSet(std::vector<RowRange>{{first, last}});
}

class StoredRowsOf : public testing::TestWithParam<RowType> {};
INSTANTIATE_TEST_SUITE_P(Types, StoredRowsOf,
                         testing::Values(RowType::f32, RowType::f16, RowType::i8),
                         [](const auto& of) { return to_string(of.param); });

TEST_P(StoredRowsOf, RandomWindowsAreThoseOfBruteForceWithAllKernels) {
  constexpr std::size_t kRows = 2500, kDim = 68, kWindows = 1000, kBest = 20;
  const Rows rows(GetParam(), rows_with_a_zero(kRows, kDim, 1));
  const Matrix queries = rows_with_a_zero(kWindows, kDim, 2);
  Random random(3);
  for (std::size_t window = 0; window < kWindows; ++window) {
    const std::size_t first = random.below(kRows + 1);
    const std::size_t last = first + random.below(std::min<std::size_t>(kRows - first, 400) + 1);
    std::vector<float> expected;
    for (std::size_t row = first; row < last; ++row) {
      expected.push_back(score_by_definition(*rows.store, queries.row(window), row));
    }
    for (const Kernels* kernels : possible_kernels()) {
      const StoredRows store(rows.type, *rows.vectors, rows.scales ? &*rows.scales : nullptr,
                             {kRows, kDim}, *kernels);
      const auto found = scores_of(store, queries.row(window), range(first, last));
      ASSERT_EQ(found, expected) << kernels->name << ", window " << window;
      ASSERT_EQ(best_of(found, kBest), best_of(expected, kBest));
    }
  }
}

TEST_P(StoredRowsOf, EveryDimensionHasTheSameBitsWithAllKernels) {
  for (const std::size_t dim : {1UL, 2UL, 7UL, 15UL, 16UL, 17UL, 31UL, 33UL, 768UL, 1023UL}) {
    constexpr std::size_t kRows = 11;
    const Rows rows(GetParam(), rows_with_a_zero(kRows, dim, dim));
    const Matrix queries = rows_with_a_zero(3, dim, dim + 5000);
    for (const Kernels* kernels : possible_kernels()) {
      const StoredRows store(rows.type, *rows.vectors, rows.scales ? &*rows.scales : nullptr,
                             {kRows, dim}, *kernels);
      for (std::size_t q = 0; q < queries.rows(); ++q) {
        const auto found = scores_of(store, queries.row(q), range(0, kRows));
        for (std::size_t row = 0; row < kRows; ++row) {
          EXPECT_EQ(
              std::bit_cast<std::uint32_t>(found[row]),
              std::bit_cast<std::uint32_t>(score_by_definition(*rows.store, queries.row(q), row)))
              << kernels->name << ", " << dim << " dimensions, row " << row;
        }
      }
    }
  }
}

TEST_P(StoredRowsOf, ManyQueriesHaveTheScoresOfEachAlone) {
  constexpr std::size_t kRows = 3000, kDim = 37, kQueries = 60;
  const Matrix queries = rows_with_a_zero(kQueries, kDim, 8);
  Random random(9);
  std::vector<RowSet> sets;
  for (std::size_t q = 0; q < kQueries; ++q) {
    const std::size_t first = random.below(kRows), second = random.below(kRows);
    if (q % 10 == 0) {
      sets.push_back(range(64, 1100));  // the same for several
    } else if (q % 10 == 1) {
      sets.emplace_back(RowSet::Rows{second, first, first});
    } else if (q % 10 == 2) {
      sets.emplace_back();
    } else {
      const RowRange low = {first / 2, first / 2 + random.below(kRows / 2 - first / 2 + 1)};
      sets.emplace_back(std::vector<RowRange>{low, {kRows / 2 + second / 2, kRows}, {9, 9}});
    }
  }
  for (const Kernels* kernels : possible_kernels()) {
    const Rows rows(GetParam(), rows_with_a_zero(kRows, kDim, 7), *kernels);
    for (const std::size_t threads : {1UL, 3UL}) {
      std::vector<std::vector<float>> found;
      std::vector<ScoreRequest> requests;
      for (const RowSet& set : sets) found.emplace_back(set.size(), -9);
      for (std::size_t q = 0; q < kQueries; ++q) {
        requests.push_back({queries.row(q), &sets[q], found[q]});
      }
      RunContext context;
      context.threads = threads;
      rows.store->scores_of_many(requests, context);
      for (std::size_t q = 0; q < kQueries; ++q) {
        ASSERT_EQ(found[q], scores_of(*rows.store, queries.row(q), sets[q]))
            << kernels->name << ", query " << q;
      }
    }
  }
}

TEST_P(StoredRowsOf, ManyQueriesStopWhenTheUserDoes) {
  const Rows rows(GetParam(), rows_with_a_zero(10, 4, 7));
  const RowSet all = range(0, 10);
  std::vector<float> scores(10);
  const std::vector<ScoreRequest> requests = {{rows.original.row(0), &all, scores}};
  const std::atomic<bool> interrupt = true;
  RunContext context;
  context.interrupt = &interrupt;
  EXPECT_THROW(rows.store->scores_of_many(requests, context), Interrupted);
}

TEST_P(StoredRowsOf, RowsOfZerosRankLast) {
  const Rows rows(GetParam(), rows_with_a_zero(8, 20, 4));
  const auto scores = scores_of(*rows.store, rows.original.row(0), range(0, 8));
  EXPECT_EQ(scores[kZeroRow], kNoVectorScore);
  EXPECT_EQ(std::ranges::count(scores, kNoVectorScore), 1);
  const std::vector<float> nowhere(20);
  const auto of_zeros = scores_of(*rows.store, nowhere, range(0, 8));
  EXPECT_EQ(of_zeros[0], 0);
  EXPECT_EQ(of_zeros[kZeroRow], kNoVectorScore);
}

TEST_P(StoredRowsOf, ARowIsNearestToItself) {
  const Rows rows(GetParam(), rows_with_a_zero(40, 256, 4));
  for (std::size_t row = 0; row < 40; ++row) {
    if (row == kZeroRow) continue;
    const auto scores = scores_of(*rows.store, rows.original.row(row), range(0, 40));
    EXPECT_EQ(best_of(scores, 1).front(), row);
    EXPECT_NEAR(scores[row], 1, 2e-4);
  }
}

TEST_P(StoredRowsOf, QueriesWithoutNumbersAreRefused) {
  const Rows rows(GetParam(), rows_with_a_zero(3, 4, 4));
  std::vector<float> scores(3), query = {0, 1, std::nanf(""), 0};
  EXPECT_THAT(message_of([&] { rows.store->scores(query, range(0, 3), scores); }),
              HasSubstr("a query whose number 2 is nan"));
  const RowSet all = range(0, 3);
  const std::vector<ScoreRequest> requests = {{query, &all, scores}};
  EXPECT_THROW(rows.store->scores_of_many(requests, {}), std::invalid_argument);
}

TEST_P(StoredRowsOf, RowsCopiedAsStoredAreTheSameBytes) {
  const Rows rows(GetParam(), rows_with_a_zero(9, 33, 6));
  const TemporaryFolder copy;
  RowWriter writer(copy.path(), rows.type, 33);
  for (std::size_t row = 0; row < 9; ++row) {
    writer.add_stored(rows.store->stored(row), rows.store->scale(row));
  }
  EXPECT_EQ(writer.rows(), 9U);
  writer.finish();
  EXPECT_EQ(test::slurp(copy / vectors_file_name(rows.type)),
            test::slurp(rows.folder / vectors_file_name(rows.type)));
  if (rows.scales) {
    EXPECT_EQ(test::slurp(copy / kScalesFile), test::slurp(rows.folder / kScalesFile));
  }
}

TEST_P(StoredRowsOf, DecodedRowsAreThoseOfTheStoredNumbers) {
  const Rows rows(GetParam(), rows_with_a_zero(9, 5, 6));
  std::vector<float> decoded(10), expected(5);
  rows.store->decode(RowSet(RowSet::Rows{7, 2}), decoded);
  for (const std::size_t row : {7UL, 2UL}) {
    decode_row(rows.type, rows.store->stored(row), rows.store->scale(row), expected);
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), decoded.begin() + (row == 7 ? 0 : 5)));
  }
}

TEST_P(StoredRowsOf, FilesOfAnotherSizeAreRefused) {
  const Rows rows(GetParam(), rows_with_a_zero(9, 5, 6));
  const BlockFile* scales = rows.scales ? &*rows.scales : nullptr;
  EXPECT_EQ(open_rows(rows.type, *rows.vectors, scales, 9, 5)->rows(), 9U);
  EXPECT_THROW(open_rows(rows.type, *rows.vectors, scales, 8, 5), ArtifactError);
  EXPECT_THAT(message_of([&] { open_rows(rows.type, *rows.vectors, scales, 9, 6); }),
              HasSubstr("expected 9 rows of"));
}

TEST(RowWriter, RefusesRowsOfAnotherSize) {
  const TemporaryFolder folder;
  RowWriter writer(folder.path(), RowType::f16, 3);
  EXPECT_THROW(writer.add(std::vector<float>(2)), std::invalid_argument);
  EXPECT_THROW(writer.add_stored("12345", 1), std::invalid_argument);
}

TEST(Kernels, BeginWithThoseForEveryProcessor) {
  const auto kernels = possible_kernels();
  EXPECT_STREQ(kernels.front()->name, "scalar");
  EXPECT_EQ(kernels.back(), &best_kernels());
}

}  // namespace
}  // namespace specbridge
