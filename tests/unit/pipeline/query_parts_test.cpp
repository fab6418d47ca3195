#include "pipeline/page/query_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "base/json.h"
#include "specbridge/query.h"

namespace specbridge {
namespace {

const std::vector<std::string> kColumns = {"rank", "smiles", "exact_mass", "evidence.x", "keep.y"};

/// A query of three peaks, m/z unordered, with the answers whose cells are given.
Json parts_of(const std::vector<std::vector<std::string>>& answers,
              std::optional<double> precursor_mz = 89.0597) {
  Query query;
  query.spectrum.peaks = {{61.02841, 40}, {43.01784, 80}, {50.5, 8}};
  query.spectrum.precursor_mz = precursor_mz;
  std::vector<ListedAnswer> listed;
  for (const auto& cells : answers) {
    const std::optional<std::size_t> rank =
        cells[0].empty() ? std::nullopt : std::optional<std::size_t>(std::stoul(cells[0]));
    listed.push_back({rank, cells[1], "[M+H]+", "", cells});
  }
  Json json;
  for (const auto& [name, text] : query_parts({&query, listed}, {kColumns})) {
    json[name] = Json::parse(text);
  }
  return json;
}

TEST(QueryParts, HavePeaksByMzAsSharesOfTheLargest) {
  const Json parts = parts_of({});
  EXPECT_EQ(parts["mz"], Json({43.0178, 50.5, 61.0284}));
  EXPECT_EQ(parts["intensity"], Json({1.0, 0.1, 0.5}));
  EXPECT_EQ(parts["use"], Json({"read", "read", "read"}));
}

TEST(QueryParts, HaveSharesAlsoWithoutAPrecursor) {
  const Json parts = parts_of({}, std::nullopt);
  EXPECT_EQ(parts["intensity"], Json({1.0, 0.1, 0.5}));
  EXPECT_EQ(parts["use"][0], "no_precursor");
}

TEST(QueryParts, HaveTheCellsThatAreShownOfAnswersAlone) {
  const Json parts =
      parts_of({{"1", "CCOC(C)=O", "88.05", "2.5", "mine"}, {"", "", "", "", "not"}});
  EXPECT_EQ(parts["cells"], Json::array({{"1", "CCOC(C)=O", "", "2.5", "mine"}}));
}

TEST(QueryParts, HaveEachPartOnceAnAnswer) {
  const Json parts = parts_of({{"1", "CCOC(C)=O", "", "", ""}, {"2", "no structure", "", "", ""}});
  for (const char* name : {"cells", "message", "explained", "atoms", "labels", "bonds", "place",
                           "ion", "fragment", "cut", "ppm", "adds"}) {
    EXPECT_EQ(parts[name].size(), 2U) << name;
  }
  EXPECT_EQ(parts["atoms"][1], Json::array());
  EXPECT_EQ(parts["explained"][1], Json());
  EXPECT_NE(parts["message"][1], "");
}

TEST(QueryParts, HaveAtomsAsWaysFromTheOneBefore) {
  const Json parts = parts_of({{"1", "CO", "", "", ""}});
  const Json& ways = parts["atoms"][0];
  ASSERT_EQ(ways.size(), 4U);
  EXPECT_NEAR(std::hypot(ways[2].get<double>(), ways[3].get<double>()), 150, 2);
  EXPECT_EQ(parts["bonds"][0], Json({0, 1, 1}));
  EXPECT_EQ(parts["labels"][0], Json::array({{1, "O", 1, 0, 0, 0}}));
}

TEST(QueryParts, HaveTheSamePartsOfAllQueries) {
  const Json none = parts_of({}), one = parts_of({{"1", "CCO", "", "", ""}});
  ASSERT_EQ(none.size(), one.size());
  for (const auto& [name, part] : one.items()) EXPECT_TRUE(none.contains(name)) << name;
}

}  // namespace
}  // namespace specbridge
