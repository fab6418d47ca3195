#include "index/signs/sign_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "base/random.h"
#include "index/kernels/kernels.h"
#include "index/signs/random_turn.h"
#include "index/signs/sign_codes.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

/// Unit vectors about a common direction, as an encoder gives them.
Matrix vectors_of(std::size_t count, std::size_t dim, std::uint64_t seed) {
  Random random(seed);
  Matrix rows(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < dim; ++j) {
      rows.row(i)[j] = static_cast<float>(random.normal() + (j % 3 == 0 ? 0.5 : 0));
    }
    normalize(rows.row(i));
  }
  return rows;
}

std::unique_ptr<VectorIndex> index_over(const Matrix& rows) {
  auto index = make_index(kSignIndex, rows.cols());
  index->train(rows.view());
  index->add(rows.view());
  return index;
}

using Found = std::vector<std::vector<Neighbor>>;

void expect_same(const Found& one, const Found& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t q = 0; q < one.size(); ++q) {
    ASSERT_EQ(one[q].size(), other[q].size());
    for (std::size_t i = 0; i < one[q].size(); ++i) {
      EXPECT_EQ(one[q][i].row, other[q][i].row);
      EXPECT_EQ(one[q][i].score, other[q][i].score);
    }
  }
}

TEST(RandomTurn, KeepsInnerProducts) {
  for (const std::size_t dim : {1U, 2U, 48U, 100U, 768U}) {
    const Matrix rows = vectors_of(2, dim, dim);
    Matrix turned = rows;
    const RandomTurn turn(dim);
    for (const std::size_t i : {0U, 1U}) turn.turn(turned.row(i));
    EXPECT_NEAR(dot(turned.row(0), turned.row(1)), dot(rows.row(0), rows.row(1)), 1e-5) << dim;
    EXPECT_NEAR(dot(turned.row(0), turned.row(0)), 1, 1e-5) << dim;
  }
}

TEST(RandomTurn, SpreadsWhatOneNumberSaysOverAll) {
  std::vector<float> vector(768);
  vector[3] = 1;
  RandomTurn(768).turn(vector);
  const auto largest = std::ranges::max(vector, {}, [](float x) { return std::abs(x); });
  EXPECT_LT(std::abs(largest), 0.2F);
  EXPECT_LT(std::ranges::count_if(vector, [](float x) { return std::abs(x) < 1e-4F; }), 20);
}

/// Blocks of random codes and factors.
std::vector<std::uint8_t> random_blocks(const SignBlocks& shape, Random& random) {
  std::vector<std::uint8_t> bytes(shape.count * shape.block_bytes());
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
  for (std::size_t block = 0; block < shape.count; ++block) {
    for (std::size_t r = 0; r < kSignBlockRows; ++r) {
      const auto factor = static_cast<float>(random.normal());
      std::memcpy(
          bytes.data() + block * shape.block_bytes() + shape.code_bytes() + r * sizeof(float),
          &factor, sizeof(float));
    }
  }
  return bytes;
}

/// The score of a row as kernels.h says it, from the four signs of each place.
float plain_score(const SignBlocks& blocks, const SignQuery& query, std::size_t row) {
  const std::uint8_t* block = blocks.bytes + row / kSignBlockRows * blocks.block_bytes();
  const std::size_t r = row % kSignBlockRows;
  unsigned sum = 0;
  for (std::size_t place = 0; place < blocks.places; ++place) {
    const unsigned byte = block[place * 16 + r % 16];
    sum += query.tables[place * 16 + (r < 16 ? byte % 16 : byte / 16)];
  }
  float factor = 0;
  std::memcpy(&factor, block + blocks.code_bytes() + r * sizeof(float), sizeof(float));
  const float steps = query.step * static_cast<float>(sum);
  const float product = factor * (query.base + steps);
  return query.centre + product;
}

TEST(SignKernels, GiveTheBitsOfPlainSums) {
  Random random(1);
  for (const std::size_t places : {4U, 12U, 192U, 256U}) {
    SignBlocks blocks{nullptr, 3, places};
    const auto bytes = random_blocks(blocks, random);
    blocks.bytes = bytes.data();
    std::vector<std::vector<std::uint8_t>> tables(7, std::vector<std::uint8_t>(places * 16));
    std::vector<SignQuery> queries;
    for (auto& table : tables) {
      for (auto& number : table) number = static_cast<std::uint8_t>(random.below(256));
      queries.push_back({table.data(), static_cast<float>(random.normal()), 0.01F,
                         static_cast<float>(random.normal())});
    }
    for (auto& number : tables[0]) number = 255;  // the largest sums that there are
    for (const Kernels* kernels : possible_kernels()) {
      Matrix scores(queries.size(), blocks.count * kSignBlockRows);
      std::vector<float*> places_of_scores;
      for (std::size_t q = 0; q < queries.size(); ++q) {
        places_of_scores.push_back(scores.row(q).data());
      }
      kernels->signs(blocks, queries, places_of_scores.data());
      for (std::size_t q = 0; q < queries.size(); ++q) {
        for (std::size_t row = 0; row < scores.cols(); ++row) {
          ASSERT_EQ(scores.row(q)[row], plain_score(blocks, queries[q], row))
              << kernels->name << ", places " << places << ", query " << q << ", row " << row;
        }
      }
    }
  }
}

TEST(SignIndex, EstimatesInnerProductsRightOnAverage) {
  const Matrix rows = vectors_of(2000, 768, 2), queries = vectors_of(20, 768, 3);
  const auto index = index_over(rows);
  const Found found = index->search(queries.view(), rows.rows(), {});
  double error = 0, squares = 0;
  for (std::size_t q = 0; q < found.size(); ++q) {
    ASSERT_EQ(found[q].size(), rows.rows());
    for (const auto& [row, score] : found[q]) {
      const double off = score - dot(queries.row(q), rows.row(row));
      error += off;
      squares += off * off;
    }
  }
  const double count = 2000.0 * 20;
  EXPECT_LT(std::abs(error / count), 0.002);
  EXPECT_LT(std::sqrt(squares / count), 0.03);  // 0.57 / sqrt(768) for vectors of length 1 is 0.02
}

TEST(SignIndex, HasTheBestAmongThoseThatAreWorthScoring) {
  const Matrix rows = vectors_of(20'000, 192, 4), queries = vectors_of(40, 192, 5);
  const auto index = index_over(rows);
  const std::size_t wanted = index->worth_scoring(10, rows.rows());
  EXPECT_EQ(wanted, 8000U);
  std::size_t found = 0;
  const auto lists = index->search(queries.view(), wanted, {});
  for (std::size_t q = 0; q < queries.rows(); ++q) {
    std::vector<Neighbor> best;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      best.push_back({i, dot(queries.row(q), rows.row(i))});
    }
    std::ranges::partial_sort(best, best.begin() + 10, std::ranges::greater{}, &Neighbor::score);
    for (std::size_t i = 0; i < 10; ++i) {
      found += std::ranges::count(lists[q], best[i].row, &Neighbor::row) > 0 ? 1 : 0;
    }
  }
  EXPECT_GE(found, 398U);
}

TEST(SignIndex, FindsTheSameInAnyBatchAndOnAnyNumberOfThreads) {
  const Matrix rows = vectors_of(40'000, 24, 6), queries = vectors_of(70, 24, 7);
  const auto index = index_over(rows);
  const Found whole = index->search(queries.view(), 30, {.threads = 1});
  expect_same(index->search(queries.view(), 30, {.threads = 4}), whole);
  for (std::size_t q = 0; q < queries.rows(); ++q) {
    const Found one = index->search({queries.row(q), 1, 24}, 30, {.threads = 2});
    expect_same(one, {whole[q]});
  }
}

TEST(SignIndex, LeavesOutWhatIsBelowTheLeastThatIsAskedFor) {
  const Matrix rows = vectors_of(1000, 24, 12), queries = vectors_of(70, 24, 13);
  const auto index = index_over(rows);
  const Found whole = index->search(queries.view(), 100, {});
  std::vector<float> least;
  for (const auto& list : whole) least.push_back(list[9].score);
  const Found best = index->search(queries.view(), 100, {.threads = 2, .least = least});
  for (std::size_t q = 0; q < queries.rows(); ++q) {
    expect_same({best[q]}, {{whole[q].begin(), whole[q].begin() + 10}});
  }
}

TEST(SignIndex, DoesNotDependOnHowRowsAreAdded) {
  const Matrix rows = vectors_of(100, 24, 8), queries = vectors_of(3, 24, 9);
  const auto whole = index_over(rows);
  const auto parts = make_index(kSignIndex, 24);
  parts->train(rows.view());
  for (std::size_t first = 0; first < 100; first += 7) {
    const std::size_t count = std::min<std::size_t>(7, 100 - first);
    parts->add({rows.values().subspan(first * 24, count * 24), count, 24});
  }
  EXPECT_EQ(parts->size(), 100U);
  expect_same(parts->search(queries.view(), 100, {}), whole->search(queries.view(), 100, {}));
}

TEST(SignIndex, ComesBackFromItsFile) {
  const TemporaryFolder folder;
  const Matrix rows = vectors_of(1000, 48, 10), queries = vectors_of(5, 48, 11);
  const auto index = index_over(rows);
  index->save(folder / "index.signs");
  const auto loaded = load_index(kSignIndex, BlockFile(folder / "index.signs"), 48, 1000);
  EXPECT_EQ(loaded->size(), 1000U);
  EXPECT_EQ(loaded->wanted_sample(), 0U);
  expect_same(loaded->search(queries.view(), 1000, {}), index->search(queries.view(), 1000, {}));
}

TEST(SignIndex, TakesAHundredBytesForAVectorOf768) {
  EXPECT_EQ(make_index(kSignIndex, 768)->row_bytes(), 100U);
}

TEST(SignIndex, TakesNoRowsAndRowsWithoutDirection) {
  const auto none = index_over(Matrix(0, 8));
  EXPECT_TRUE(none->search(vectors_of(1, 8, 1).view(), 5, {})[0].empty());
  const auto zeros = index_over(Matrix(3, 8));
  const auto found = zeros->search(vectors_of(1, 8, 1).view(), 5, {});
  ASSERT_EQ(found[0].size(), 3U);
  EXPECT_EQ(found[0][0].score, 0);
  EXPECT_EQ(zeros->search(Matrix(1, 8).view(), 2, {})[0].size(), 2U);
}

TEST(SignIndex, RefusesAQueryThatIsNotFinite) {
  const auto index = index_over(vectors_of(10, 8, 1));
  Matrix query(1, 8);
  query.row(0)[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(message_of([&] { index->search(query.view(), 1, {}); }),
            "a query has a number that is not finite");
}

TEST(SignIndex, RefusesVectorsOfAnotherDimension) {
  const auto index = index_over(vectors_of(10, 8, 1));
  const Matrix other = vectors_of(1, 9, 1);
  const std::string expected = "vectors of 9 dimensions for an index of 8";
  EXPECT_EQ(message_of([&] { index->add(other.view()); }), expected);
  EXPECT_EQ(message_of([&] { index->search(other.view(), 1, {}); }), expected);
}

TEST(SignIndex, RefusesAFileOfAnotherShape) {
  const TemporaryFolder folder;
  const std::string path = folder / "index.signs";
  index_over(vectors_of(40, 48, 1))->save(path);
  const auto loaded = [&](std::size_t dim, std::size_t rows) {
    return message_of([&] { load_index(kSignIndex, BlockFile(path), dim, rows); });
  };
  EXPECT_EQ(loaded(48, 41), path + ": does not hold the codes of 41 vectors of 48 dimensions");
  EXPECT_EQ(loaded(48, 4000), path + ": does not hold the codes of 4000 vectors of 48 dimensions");
  EXPECT_EQ(loaded(47, 40), path + ": does not hold the codes of 40 vectors of 47 dimensions");
}

}  // namespace
}  // namespace specbridge
