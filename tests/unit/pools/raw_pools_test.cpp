#include "pools/raw_pools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/support.h"

namespace specbridge {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using Pools = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// "truth CCO", "id a", "index 3".
std::string key_text(const RawPools& raw, const PoolKey& key) {
  if (const auto* query = std::get_if<QueryId>(&key)) return "id " + query->id;
  if (const auto* query = std::get_if<QueryIndex>(&key)) {
    return "index " + std::to_string(query->index);
  }
  return "truth " + raw.texts.at(std::get<TruthText>(key).text);
}

/// Every pool with what its key says and the texts of its candidates.
Pools raw_pools_of(const std::string& text) {
  const test::TemporaryFolder folder;
  const RawPools raw = read_raw_pools(folder.write("pools", text));
  Pools pools;
  for (const auto& pool : raw.pools) {
    std::vector<std::string> candidates;
    for (const auto candidate : pool.candidates) candidates.push_back(raw.texts.at(candidate));
    pools.emplace_back(key_text(raw, pool.key), std::move(candidates));
  }
  return pools;
}

std::string refusal(const std::string& text) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("pools", text);
  const std::string message = test::message_of([&] { read_raw_pools(path); });
  return "pools" + message.substr(std::min(message.size(), path.string().size()));
}

constexpr const char* kForms =
    R"(candidate pools are {"truth SMILES": ["candidate SMILES", ...]}, or a table with the )"
    "columns smiles and query_index, query_id, mappingFeatureId, feature_id, #Scan#, "
    "query_spectrum_nr, query_smiles "
    "or truth_smiles; rename a column";

TEST(RawPools, KnowsJsonByItsFirstLetter) {
  EXPECT_THAT(raw_pools_of("\xef\xbb\xbf\n {\"CCO\": [\"CC\", \"C\", \"CC\"]}"),
              ElementsAre(Pair("truth CCO", ElementsAre("CC", "C", "CC"))));
}

TEST(RawPools, RefusesJsonThatNeverComesToAnEnd) {
  constexpr std::size_t kMany = std::size_t{3} << 20;
  const std::string refused = "pools: more than 1,048,576 bytes without a text that ends; ";
  for (const auto& text :
       {"{\"CCO\": [\"" + std::string(kMany, 'C'), "{\"CCO\":" + std::string(kMany, ' ') + "[]}",
        "{\"" + std::string(kMany, 'C') + "\": []}"}) {
    EXPECT_EQ(refusal(text).substr(0, refused.size()), refused);
  }
  std::string many = "{\"CCO\": [\"C\"";
  for (std::size_t i = 0; i < kMany / 4; ++i) many += ",\"C\"";
  EXPECT_EQ(raw_pools_of(many + "]}").front().second.size(), kMany / 4 + 1);
}

TEST(RawPools, KeepsEveryTextOnce) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(read_raw_pools(folder.write("a", R"({"CCO": ["CC", "CCO"], "CC": ["CC"]})")).texts,
              ElementsAre("CCO", "CC"));
  EXPECT_THAT(
      read_raw_pools(folder.write("b", "query_smiles,smiles\nCCO,CC\nCCO,CCO\nCC,CC\n")).texts,
      ElementsAre("CCO", "CC"));
}

TEST(RawPools, GathersTheRowsOfAQueryWhereverTheyStand) {
  EXPECT_THAT(raw_pools_of("smiles\tscore\tquery_id\nCC\t1\tb\nC\t1\ta\n\nCCC\t0\tb\n"),
              ElementsAre(Pair("id b", ElementsAre("CC", "CCC")), Pair("id a", ElementsAre("C"))));
}

TEST(RawPools, ReadsColumnsSeparatedByTabsSemicolonsAndCommas) {
  const auto expected = ElementsAre(Pair("id a;b,c", ElementsAre("CC")));
  EXPECT_THAT(raw_pools_of("query_id\tsmiles\r\na;b,c\tCC\r\n"), expected);
  EXPECT_THAT(raw_pools_of("query_id;smiles\n\"a;b,c\";CC"), expected);
  EXPECT_THAT(raw_pools_of("\"query_id\",\"smiles\"\n\"a;b,c\",\"CC\"\n"), expected);
}

TEST(RawPools, ReadsTheTablesOfSiriusAndGnps) {
  EXPECT_THAT(raw_pools_of("structurePerIdRank\tname\tsmiles\tcompoundId\talignedFeatureId\t"
                           "mappingFeatureId\n1\tN/A\tCCO\t7\t8\t42\n"),
              ElementsAre(Pair("id 42", ElementsAre("CCO"))));
  EXPECT_THAT(raw_pools_of("SpectrumID\tSmiles\t#Scan#\nCCMSLIB1\tCCO\t9\n"),
              ElementsAre(Pair("id 9", ElementsAre("CCO"))));
}

TEST(RawPools, ReadsNumbersOfQueriesAndTruths) {
  EXPECT_THAT(raw_pools_of("query_index,SMILES\n0,CC\n12,C\n"),
              ElementsAre(Pair("index 0", ElementsAre("CC")), Pair("index 12", ElementsAre("C"))));
  EXPECT_THAT(raw_pools_of("truth_smiles,smiles\nCCO,CC\n"),
              ElementsAre(Pair("truth CCO", ElementsAre("CC"))));
  EXPECT_THAT(raw_pools_of("Query SMILES,smiles\nCCO,CC\n"),
              ElementsAre(Pair("truth CCO", ElementsAre("CC"))));
}

TEST(RawPools, PrefersTheColumnThatTellsMost) {
  std::vector<std::string> names = {"truth_smiles", "query_smiles", "query_spectrum_nr",
                                    "#Scan#",       "feature_id",   "mappingFeatureId",
                                    "query_id",     "query_index"};
  std::string header = "smiles", row = "C";
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    header += "," + names[i];
    row += "," + std::to_string(i);
    chosen.push_back(raw_pools_of(header + "\n" + row + "\n").at(0).first);
  }
  EXPECT_THAT(chosen, ElementsAre("truth 0", "truth 1", "index 1", "id 3", "id 4", "id 5", "id 6",
                                  "index 7"));
}

TEST(RawPools, TakesEmptyAndNotAvailableForMissing) {
  EXPECT_THAT(raw_pools_of("query_id,smiles\na,N/A\na,\na, n/a \nb,C\n"),
              ElementsAre(Pair("id a", ElementsAre("", "", "")), Pair("id b", ElementsAre("C"))));
  const std::string rule = " is empty; every row must say whose candidate it is";
  EXPECT_EQ(refusal("smiles,query_id\nC,a\nC,\n"), "pools:3: query_id" + rule);
  EXPECT_EQ(refusal("smiles\tmappingFeatureId\nC\tN/A\n"), "pools:2: mappingFeatureId" + rule);
}

TEST(RawPools, AnInchiStandsInWhereASmilesIsMissing) {
  const std::string methane = "InChI=1S/CH4/h1H4";
  EXPECT_THAT(raw_pools_of("query_id\tInChI\na\t" + methane + "\n"),
              ElementsAre(Pair("id a", ElementsAre(methane))));
  EXPECT_THAT(raw_pools_of("query_id;inchi;smiles;InChIKey\na;" + methane + ";CCO;k\na;" + methane +
                           ";N/A;k\na;;;k\n"),
              ElementsAre(Pair("id a", ElementsAre("CCO", methane, ""))));
}

TEST(RawPools, MayHaveAHeaderOnly) {
  EXPECT_THAT(raw_pools_of("query_id,smiles\n"), IsEmpty());
}

TEST(RawPools, SaysWhichColumnIsMissing) {
  EXPECT_EQ(refusal("query_id,structure\na,C\n"),
            std::string("pools:1: no column smiles; found \"query_id, structure\"; ") + kForms);
  EXPECT_EQ(
      refusal("Identifier,SMILES\na,C\n"),
      std::string(
          "pools:1: no column says whose candidate a row is; found \"Identifier, SMILES\"; ") +
          kForms);
  EXPECT_EQ(refusal("\"CCO\""), std::string("pools:1: no column smiles; found \"CCO\"; ") + kForms);
  EXPECT_EQ(refusal("\n \n"), std::string("pools: empty; ") + kForms);
}

TEST(RawPools, RefusesTwoColumnsOfOneName) {
  EXPECT_EQ(
      refusal("scan,#Scan#,smiles\n1,2,C\n"),
      std::string("pools:1: two columns are called #Scan#; found \"scan, #Scan#, smiles\"; ") +
          kForms);
  EXPECT_EQ(
      refusal("query_id,Smiles,SMILES\n1,C,C\n"),
      std::string("pools:1: two columns are called smiles; found \"query_id, Smiles, SMILES\"; ") +
          kForms);
}

TEST(RawPools, NamesTheRowThatCannotBeRead) {
  EXPECT_EQ(refusal("query_id,smiles\na,C\n\na,C,1\n"), "pools:4: 3 columns, but the header has 2");
  EXPECT_EQ(refusal("query_id,smiles\na,\"C\n"),
            "pools:2: a quoted value does not end; expected a closing '\"'");
  EXPECT_EQ(refusal("query_index,smiles\n-1,C\n"),
            "pools:2: query_index is not a whole number, 0 or more: \"-1\"");
  EXPECT_EQ(refusal("query_index,smiles\none,C\n"),
            "pools:2: query_index is not a whole number, 0 or more: \"one\"");
}

}  // namespace
}  // namespace specbridge
