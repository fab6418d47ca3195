#include "samples/codebook.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

/// Directions around three axes, a third each.
Matrix three_heaps() {
  Random random(2);
  Matrix vectors(60, 3);
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    for (auto& value : vectors.row(i)) value = static_cast<float>(0.1 * random.normal());
    vectors.row(i)[i % 3] += 1;
    normalize(vectors.row(i));
  }
  return vectors;
}

TEST(KMeans, FindsHeapsThatLieApart) {
  const Matrix vectors = three_heaps();
  const Matrix centres = k_means(vectors, 3, {});
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    EXPECT_EQ(nearest_centre(centres, vectors.row(i)), nearest_centre(centres, vectors.row(i % 3)));
  }
  EXPECT_NE(nearest_centre(centres, vectors.row(0)), nearest_centre(centres, vectors.row(1)));
  EXPECT_NE(nearest_centre(centres, vectors.row(1)), nearest_centre(centres, vectors.row(2)));
}

TEST(KMeans, IsTheSameOnAnyNumberOfThreadsAndDependsOnTheSeed) {
  const Matrix vectors = three_heaps();
  RunContext one, three, other;
  three.threads = 3;
  other.seed = 9;
  const auto values = [&](const RunContext& context) {
    const Matrix centres = k_means(vectors, 7, context);
    return std::vector<float>(centres.values().begin(), centres.values().end());
  };
  EXPECT_EQ(values(one), values(three));
  EXPECT_NE(values(one), values(other));
}

TEST(KMeans, GivesCentresOfUnitLengthWithoutADirectionToSpare) {
  Matrix same(4, 2);
  for (std::size_t i = 0; i < 4; ++i) same.row(i)[0] = 1;
  const Matrix centres = k_means(same, 3, {});
  for (std::size_t code = 0; code < 3; ++code) {
    EXPECT_FLOAT_EQ(dot(centres.row(code), centres.row(code)), 1);
  }
}

TEST(KMeans, RefusesMoreCodesThanSpectra) {
  EXPECT_EQ(test::message_of([] { k_means(Matrix(2, 3), 5, {}); }),
            "--codes 5: there are 2 spectra to learn them from; expected at least as many; choose "
            "fewer codes");
}

TEST(NearestCentre, OfEqualsIsTheFirst) {
  Matrix centres(2, 1);
  centres.row(0)[0] = centres.row(1)[0] = 1;
  const std::vector<float> vector = {1};
  EXPECT_EQ(nearest_centre(centres, vector), 0U);
}

TEST(WordCensus, KeepsWordsOfEnoughSamples) {
  const Word a = *parse_word("peak@1.00"), b = *parse_word("peak@2.00"),
             c = *parse_word("loss@15.00");
  WordCensus census;
  census.add({a, b, c});
  census.add({a, c});
  census.add({c});
  EXPECT_EQ(census.frequent(2, {}), (std::vector{a, c}));
  EXPECT_EQ(census.frequent(1, {c}), (std::vector{a, b}));
}

TEST(Codebook, OfWordsIsReadAsItIsWritten) {
  const test::TemporaryFolder folder;
  Codebook codebook{
      SamplePool::words, {}, {}, {*parse_word("peak@1.00"), *parse_word("loss@15.00")}};
  const auto read = read_codebook(folder.write("c.json", codebook_text(codebook)));
  EXPECT_EQ(read.words, codebook.words);
  EXPECT_EQ(read.pool, SamplePool::words);
  EXPECT_EQ(read.place_of(*parse_word("loss@15.00")), 1U);
  EXPECT_FALSE(read.place_of(*parse_word("loss@15.01")));
}

TEST(Codebook, OfCentresKeepsEveryBit) {
  const test::TemporaryFolder folder;
  Codebook codebook{SamplePool::codebook, "abc", k_means(three_heaps(), 4, {}), {}};
  const auto read = read_codebook(folder.write("c.json", codebook_text(codebook)));
  EXPECT_EQ(read.model, "abc");
  EXPECT_TRUE(std::ranges::equal(read.centres.values(), codebook.centres.values()));
}

TEST(Codebook, ThatIsDamagedIsRefused) {
  const test::TemporaryFolder folder;
  const auto refused = [&](const std::string& text) {
    const auto file = folder.write("c.json", text);
    EXPECT_THROW(read_codebook(file), InputError) << text;
  };
  const std::string head = R"({"artifact":"specbridge-codebook","format_version":1,)";
  refused("{}");
  refused("[1]");
  refused("not json");
  refused(head + R"("pool":"words","words":[]})");
  refused(head + R"("pool":"words","words":["peak@x"]})");
  refused(head + R"("pool":"words","words":["peak@2.00","peak@1.00"]})");
  refused(head + R"("pool":"codebook","centres":[[1,2],[3]]})");
  refused(head + R"("pool":"codebook","centres":[["a"]]})");
  const std::string newer = R"({"artifact":"specbridge-codebook","format_version":2,)";
  refused(newer + R"("pool":"words","words":["peak@1.00"]})");
}

}  // namespace
}  // namespace specbridge
