#include "index/vector_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

constexpr std::size_t kDim = 48;
// FAISS adds in another order than we: a few units in the last place of a sum near 1.
constexpr float kScoreTolerance = 2e-6F;

Matrix unit_rows(std::size_t count, std::uint64_t seed, std::size_t dim = kDim) {
  Random random(seed);
  Matrix rows(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    for (float& value : rows.row(i)) value = static_cast<float>(random.normal());
    normalize(rows.row(i));
  }
  return rows;
}

std::vector<Neighbor> brute_force(const Matrix& rows, std::span<const float> query, std::size_t k) {
  std::vector<Neighbor> all;
  for (std::size_t i = 0; i < rows.rows(); ++i) all.push_back({i, dot(rows.row(i), query)});
  std::ranges::sort(all, [](const Neighbor& a, const Neighbor& b) { return a.score > b.score; });
  all.resize(std::min(k, all.size()));
  return all;
}

void expect_exact(const VectorIndex& index, const Matrix& rows, const Matrix& queries,
                  std::size_t k, std::size_t effort = 0) {
  const auto found = index.search(queries.view(), k, {effort});
  ASSERT_EQ(found.size(), queries.rows());
  for (std::size_t q = 0; q < found.size(); ++q) {
    const auto expected = brute_force(rows, queries.row(q), k);
    ASSERT_EQ(found[q].size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(found[q][i].row, expected[i].row) << "query " << q << ", place " << i;
      EXPECT_NEAR(found[q][i].score, expected[i].score, kScoreTolerance);
    }
  }
}

std::unique_ptr<VectorIndex> flat_over(const Matrix& rows) {
  auto index = make_index("Flat", rows.cols());
  index->add(rows.view());
  return index;
}

TEST(VectorIndex, FlatEqualsBruteForce) {
  const Matrix rows = unit_rows(2000, 1);
  const auto index = flat_over(rows);
  EXPECT_EQ(index->dim(), kDim);
  EXPECT_EQ(index->size(), 2000U);
  EXPECT_EQ(index->wanted_sample(), 0U);
  expect_exact(*index, rows, unit_rows(1, 2), 10);   // FAISS's own loop
  expect_exact(*index, rows, unit_rows(64, 3), 10);  // through BLAS
}

TEST(VectorIndex, NumbersRowsInTheOrderTheyAreAdded) {
  const Matrix rows = unit_rows(300, 4);
  const auto index = make_index("Flat", kDim);
  for (std::size_t first = 0; first < 300; first += 100) {
    index->add({rows.values().subspan(first * kDim, 100 * kDim), 100, kDim});
  }
  expect_exact(*index, rows, unit_rows(5, 5), 7);
}

TEST(VectorIndex, GivesNoMoreThanItHas) {
  const Matrix rows = unit_rows(3, 6);
  const auto index = flat_over(rows);
  expect_exact(*index, rows, unit_rows(2, 7), 10);
  EXPECT_TRUE(index->search(unit_rows(1, 8).view(), 0, {})[0].empty());
  EXPECT_TRUE(index->search(Matrix(0, kDim).view(), 5, {}).empty());
  EXPECT_TRUE(make_index("Flat", kDim)->search(unit_rows(1, 8).view(), 5, {})[0].empty());
}

TEST(VectorIndex, IvfWantsASampleAndIsExactWhenItVisitsEveryList) {
  const Matrix rows = unit_rows(4000, 9);
  const auto index = make_index("IVF16,Flat", kDim);
  EXPECT_GE(index->wanted_sample(), 16U * 39U);
  index->train(rows.view());
  EXPECT_EQ(index->wanted_sample(), 0U);
  index->add(rows.view());
  expect_exact(*index, rows, unit_rows(30, 10), 10, 16);
  expect_exact(*index, rows, unit_rows(30, 10), 10, 1000);  // more lists than there are
}

TEST(VectorIndex, EffortFindsMore) {
  const Matrix rows = unit_rows(4000, 11), queries = unit_rows(50, 12);
  const auto index = make_index("IVF64,Flat", kDim);
  index->train(rows.view());
  index->add(rows.view());
  const auto recall = [&](std::size_t effort) {
    std::size_t hits = 0;
    const auto found = index->search(queries.view(), 1, {effort});
    for (std::size_t q = 0; q < queries.rows(); ++q) {
      const auto best = brute_force(rows, queries.row(q), 1)[0].row;
      hits += !found[q].empty() && found[q][0].row == best ? 1 : 0;
    }
    return hits;
  };
  EXPECT_LT(recall(1), recall(16));
  EXPECT_EQ(recall(64), 50U);
  EXPECT_EQ(recall(0), recall(16));  // the default of 64 lists
}

TEST(VectorIndex, IsSearchedFromSeveralThreadsWithDifferentEfforts) {
  const Matrix rows = unit_rows(2000, 13), queries = unit_rows(20, 14);
  const auto index = make_index("IVF16,Flat", kDim);
  index->train(rows.view());
  index->add(rows.view());
  const auto rows_found = [&](std::size_t effort) {
    std::vector<std::size_t> found;
    for (const auto& list : index->search(queries.view(), 5, {effort})) {
      for (const auto& neighbor : list) found.push_back(neighbor.row);
    }
    return found;
  };
  const auto narrow = rows_found(1), wide = rows_found(16);
  ASSERT_NE(narrow, wide);
  std::vector<int> right(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < right.size(); ++t) {
      threads.emplace_back([&, t] {
        const std::size_t effort = t % 2 == 0 ? 1 : 16;
        for (int i = 0; i < 10; ++i) {
          right[t] += rows_found(effort) == (effort == 1 ? narrow : wide) ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(right, (std::vector<int>{10, 10, 10, 10}));
}

TEST(VectorIndex, ComesBackFromItsFile) {
  const TemporaryFolder folder;
  const Matrix rows = unit_rows(1000, 15), queries = unit_rows(30, 16);
  for (const std::string factory : {"Flat", "IVF8,SQ8", "PCA16,IVF4,Flat", "HNSW8"}) {
    const auto index = make_index(factory, kDim);
    if (index->wanted_sample() > 0) index->train(rows.view());
    index->add(rows.view());
    index->save(folder / "index");
    const auto loaded = load_index(factory, BlockFile(folder / "index"), kDim, 1000);
    const auto before = index->search(queries.view(), 5, {2});
    const auto after = loaded->search(queries.view(), 5, {2});
    for (std::size_t q = 0; q < queries.rows(); ++q) {
      for (std::size_t i = 0; i < before[q].size(); ++i) {
        EXPECT_EQ(after[q][i].row, before[q][i].row) << factory;
        EXPECT_EQ(after[q][i].score, before[q][i].score) << factory;
      }
    }
  }
}

TEST(VectorIndex, RefusesAFactoryStringThatFaissDoesNotKnow) {
  for (const std::string factory :
       {"Flatt", "", "IVF,Flat", "IVF99999999999999999999,Flat", "PQ7"}) {
    const std::string message = message_of([&] { make_index(factory, 8); });
    EXPECT_TRUE(message.starts_with("--faiss: \"" + factory +
                                    "\" is no index that FAISS can make for 8 dimensions ("))
        << message;
    EXPECT_TRUE(message.ends_with("); expected for example \"Flat\" or \"IVF256,SQ8\"")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
    EXPECT_THROW(make_index(factory, 8), UsageError);
  }
}

TEST(VectorIndex, RefusesSizesOfNothing) {
  for (const std::string factory : {"IVF0,Flat", "HNSW0", "PQ0", "NSG00,Flat", "PCA0,Flat"}) {
    EXPECT_EQ(message_of([&] { make_index(factory, 8); }),
              "--faiss: \"" + factory + "\" has a size of 0; expected 1 or more");
  }
  EXPECT_EQ(make_index("IVF10,Flat", 8)->dim(), 8U);
}

TEST(VectorIndex, RefusesAnIndexThatTakesNoVectorsWithoutNames) {
  const auto index = make_index("IDMap,Flat", 8);
  const std::string message = message_of([&] { index->add(unit_rows(3, 1, 8).view()); });
  EXPECT_TRUE(message.starts_with("--faiss: this index takes no vectors (")) << message;
}

TEST(VectorIndex, RefusesASampleThatIsTooSmall) {
  const auto index = make_index("IVF256,SQ8", kDim);
  const std::string message = message_of([&] { index->train(unit_rows(10, 1).view()); });
  EXPECT_TRUE(message.starts_with("--faiss: the index cannot be trained on 10 molecules ("))
      << message;
  EXPECT_TRUE(message.ends_with("); choose a smaller number of lists, or \"Flat\"")) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(VectorIndex, RefusesVectorsOfAnotherDimension) {
  const auto index = flat_over(unit_rows(10, 1));
  const Matrix other = unit_rows(2, 1, kDim + 1);
  const std::string expected = "vectors of 49 dimensions for an index of 48";
  EXPECT_EQ(message_of([&] { index->add(other.view()); }), expected);
  EXPECT_EQ(message_of([&] { index->search(other.view(), 1, {}); }), expected);
  EXPECT_EQ(message_of([&] { make_index("IVF2,Flat", kDim)->train(other.view()); }), expected);
}

TEST(LoadIndex, RefusesAnIndexOfAnotherShape) {
  const TemporaryFolder folder;
  const std::string path = folder / "index";
  flat_over(unit_rows(10, 1))->save(path);
  EXPECT_EQ(message_of([&] { load_index("Flat", BlockFile(path), kDim, 11); }),
            path + ": holds 10 vectors of 48 dimensions, expected 11 of 48");
  EXPECT_EQ(message_of([&] { load_index("Flat", BlockFile(path), 768, 10); }),
            path + ": holds 10 vectors of 48 dimensions, expected 10 of 768");
}

TEST(LoadIndex, RefusesADamagedFileBeforeFaissReadsIt) {
  const TemporaryFolder folder;
  flat_over(unit_rows(100, 1))->save(folder / "index");
  std::string bytes = test::slurp(folder / "index");
  for (const std::size_t at : {std::size_t{64}, std::size_t{70}, bytes.size() / 2}) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    const std::string path = folder.write("damaged", damaged);
    EXPECT_EQ(message_of([&] { load_index("Flat", BlockFile(path), kDim, 100); }),
              path + ": block 1 of 1 is damaged (checksum does not hold); make or copy it again");
  }
  const auto shortened = folder.write("short", bytes.substr(0, bytes.size() - 100));
  EXPECT_THROW(load_index("Flat", BlockFile(shortened), kDim, 100), ArtifactError);
}

TEST(LoadIndex, RefusesAWholeFileThatHoldsNoIndex) {
  const TemporaryFolder folder;
  for (const std::string payload : {"", "abc", "no FAISS index, but long enough to look"}) {
    BlockWriter writer(folder / "index");
    writer.write(payload);
    writer.finish();
    const std::string path = folder / "index";
    EXPECT_TRUE(message_of([&] {
                  load_index("Flat", BlockFile(path), kDim, 1);
                }).starts_with(path + ": FAISS cannot read it ("));
  }
}

TEST(LoadIndex, RefusesAFileThatIsMissing) {
  const TemporaryFolder folder;
  EXPECT_THROW(load_index("Flat", BlockFile(folder / "missing"), kDim, 1), ArtifactError);
}

}  // namespace
}  // namespace specbridge
