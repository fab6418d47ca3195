#include "pools/pool_claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/support.h"

namespace specbridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Warnings : Reporter {
  std::vector<std::string> texts;
  void info(std::string_view) override {}
  void warning(std::string_view text) override { texts.emplace_back(text); }
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
};

/// What is said of a table when records of these names are read.
std::vector<std::string> said_of(const std::string& table, const std::vector<std::string>& ids) {
  const test::TemporaryFolder folder;
  const auto pools = CandidatePools::load(folder.write("pools.tsv", table), RunContext{});
  PoolClaims claims(pools);
  for (std::size_t i = 0; i < ids.size(); ++i) claims.count({ids[i], i});
  Warnings warnings;
  RunContext context;
  context.reporter = &warnings;
  claims.warn("pools.tsv", context);
  return warnings.texts;
}

TEST(PoolClaims, NameThePoolThatIsLeftOverWhenATableCountsFromOne) {
  EXPECT_THAT(
      said_of("query_index\tsmiles\n1\tC\n2\tCC\n", {"a", "b"}),
      ElementsAre("pools.tsv: 1 pool belongs to no record, the first is that of query_index "
                  "2; 2 MS2 records were read, counted from 0, and pools are found by the "
                  "number of a record"));
}

TEST(PoolClaims, AreSilentWhenEveryPoolIsSomebodys) {
  EXPECT_THAT(said_of("query_index\tsmiles\n0\tC\n1\tCC\n", {"a", "b"}), IsEmpty());
  EXPECT_THAT(said_of("query_id\tsmiles\nb\tC\na\tCC\n", {"a", "b"}), IsEmpty());
}

TEST(PoolClaims, NameThePoolOfANameThatNoRecordHas) {
  EXPECT_THAT(
      said_of("query_id\tsmiles\na\tC\nx\tCC\ny\tCC\n", {"a"}),
      ElementsAre(HasSubstr("2 pools belong to no record, the first is that of \"x\"; 1 MS2 "
                            "record was read")));
}

TEST(PoolClaims, GoByTheNameWhereATableStatesANumberOfAnotherFile) {
  const std::string table = "query_index\tquery_id\tsmiles\n1\ta\tC\n2\tb\tCC\n";
  EXPECT_THAT(said_of(table, {"a", "b"}), IsEmpty());
  EXPECT_THAT(
      said_of(table, {"x", "y", "z"}),
      ElementsAre(HasSubstr("2 pools belong to no record, the first is that of query_index 1 "
                            "(\"a\")")));
}

TEST(PoolClaims, SayNothingOfPoolsThatAreFoundByStructure) {
  EXPECT_THAT(said_of("truth_smiles\tsmiles\nCCO\tC\n", {"a"}), IsEmpty());
}

}  // namespace
}  // namespace specbridge
