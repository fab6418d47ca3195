#include "pools/pools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "specbridge/error.h"
#include "support/support.h"
#include "unit/eval/structures.h"

namespace specbridge {
namespace {

using test::molecule;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CandidatePools pools_of(const std::string& text, std::size_t threads = 1) {
  const test::TemporaryFolder folder;
  RunContext context;
  context.threads = threads;
  return CandidatePools::load(folder.write("pools", text), context);
}

/// SMILES of the pool of a query.
std::vector<std::string> pool_of(const CandidatePools& pools, const RecordName& record,
                                 const Molecule* structure = nullptr) {
  const auto* pool = pools.find(record, structure);
  if (pool == nullptr) return {"no pool"};
  std::vector<std::string> smiles;
  for (const std::size_t row : *pool) smiles.push_back(pools.molecules().at(row).smiles());
  return smiles;
}

/// SMILES of the pool of a truth.
std::vector<std::string> pool_of_truth(const CandidatePools& pools, const std::string& truth) {
  const Molecule structure = molecule(truth);
  return pool_of(pools, {"a name that no pool bears", 9999}, &structure);
}

std::string complaint(const std::string& json) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("pools.json", json);
  const std::string message = test::message_of([&] { CandidatePools::load(path, RunContext{}); });
  return "pools.json" + message.substr(std::min(message.size(), path.string().size()));
}

/// Keeps what is said.
class Listener : public Reporter {
 public:
  void info(std::string_view) override {}
  void warning(std::string_view text) override { warnings.emplace_back(text); }
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view) override {
    const std::lock_guard lock(mutex);
    last_stage = stage;
    most_done = std::max(most_done, done);
    last_total = total;
  }
  std::vector<std::string> warnings;
  std::string last_stage;
  std::size_t most_done = 0, last_total = 0;
  std::mutex mutex;
};

TEST(CandidatePools, FindsThePoolByAnySpellingOfTheTruth) {
  const auto pools = pools_of(R"({"OCC": ["CCO", "COC"]})");
  EXPECT_THAT(pool_of_truth(pools, "C(O)C"), ElementsAre("CCO", "COC"));
  EXPECT_EQ(pools.pools(), 1U);
}

TEST(CandidatePools, HoldsAMoleculeOnceWhateverItsSpelling) {
  const auto pools = pools_of(R"({"CCO": ["OCC", "CCO", "C(C)O"], "COC": ["CCO"]})");
  ASSERT_EQ(pools.molecules().size(), 2U);  // the second is the truth COC, which is in no pool
  EXPECT_THAT(pool_of_truth(pools, "CCO"), ElementsAre("CCO"));
  EXPECT_THAT(pool_of_truth(pools, "COC"), ElementsAre("CCO"));
}

TEST(CandidatePools, SortsMoleculesBySmilesWhateverTheOrderOfTheFile) {
  const auto forward = pools_of(R"({"CCO": ["CCO", "COC", "CC"]})");
  const auto backward = pools_of(R"({"CCO": ["CC", "O(C)C", "OCC"]})", 3);
  EXPECT_THAT(pool_of_truth(forward, "CCO"), ElementsAre("CC", "CCO", "COC"));
  EXPECT_THAT(pool_of_truth(backward, "CCO"), ElementsAre("CC", "CCO", "COC"));
}

TEST(CandidatePools, UnitesPoolsOfOneStructure) {
  const auto pools = pools_of(R"({"C[C@H](N)C(=O)O": ["CC"], "C[C@@H](N)C(=O)O": ["CCC", "CC"]})");
  EXPECT_EQ(pools.pools(), 1U);
  EXPECT_THAT(pool_of_truth(pools, "CC(N)C(=O)O"), ElementsAre("CC", "CCC"));
}

std::vector<std::string> warnings_about(const std::string& json) {
  const test::TemporaryFolder folder;
  Listener listener;
  RunContext context;
  context.reporter = &listener;
  CandidatePools::load(folder.write("pools.json", json), context);
  return listener.warnings;
}

TEST(CandidatePools, SaysThatKeysOfOneStructureDifferInCandidates) {
  EXPECT_THAT(warnings_about(R"({"CCO": ["CC"], "OCC": ["CCC"]})"),
              ElementsAre(HasSubstr(
                  "pools.json: 1 key states the structure of another key and differs from it in "
                  "candidates, \"OCC\" for one")));
}

TEST(CandidatePools, SaysNothingOfKeysOfOneStructureWithTheSameCandidates) {
  EXPECT_THAT(warnings_about(R"({"CCO": ["CC", "CCC"], "OCC": ["CCC", "CC", "C(C)C"]})"),
              IsEmpty());
}

TEST(CandidatePools, FindsThePoolOfAQueryByItsNameWhateverItsStructure) {
  const auto pools = pools_of("query_id,smiles\na,OCC\nb,COC\n");
  EXPECT_FALSE(pools.by_structure());
  EXPECT_THAT(pool_of(pools, {"a", 1}), ElementsAre("CCO"));
  const Molecule ether = molecule("COC");
  EXPECT_THAT(pool_of(pools, {"a", 1}, &ether), ElementsAre("CCO"));
  EXPECT_THAT(pool_of(pools, {"A", 0}, &ether), ElementsAre("no pool"));
}

TEST(CandidatePools, FindsThePoolOfAQueryByTheFeatureOrScanThatItStates) {
  const auto by_scan = pools_of("#Scan#,smiles\n1,OCC\n2,COC\n");
  EXPECT_THAT(pool_of(by_scan, {"1", 0, {"1", "2"}}), ElementsAre("COC"));
  EXPECT_THAT(pool_of(by_scan, {"1", 0, {"2", ""}}), ElementsAre("CCO"));
  const auto by_feature = pools_of("mappingFeatureId\tsmiles\n1\tOCC\n2\tCOC\n");
  EXPECT_THAT(pool_of(by_feature, {"name", 0, {"2", "1"}}), ElementsAre("COC"));
  EXPECT_THAT(pool_of(by_feature, {"1", 0, {"", "2"}}), ElementsAre("CCO"));
}

TEST(CandidatePools, FindsThePoolOfAQueryByItsNumberWhateverItsName) {
  const auto pools = pools_of("query_index,smiles\n3,OCC\n007,COC\n7,CC\n");
  EXPECT_FALSE(pools.by_structure());
  EXPECT_THAT(pool_of(pools, {"7", 3}), ElementsAre("CCO"));
  EXPECT_THAT(pool_of(pools, {"3", 7}), ElementsAre("CC", "COC"));
  EXPECT_THAT(pool_of(pools, {"3", 0}), ElementsAre("no pool"));
}

TEST(CandidatePools, OfATruthAreTheSameFromATableAsFromJson) {
  const auto json = pools_of(R"({"OCC": ["CCO", "COC", "OCC"], "CC": ["CC"]})");
  const auto table = pools_of("truth_smiles\tsmiles\nCC\tCC\nOCC\tCOC\nC(C)O\tCCO\n");
  EXPECT_TRUE(table.by_structure());
  for (const std::string truth : {"CCO", "CC", "COC"}) {
    EXPECT_EQ(pool_of_truth(table, truth), pool_of_truth(json, truth)) << truth;
  }
}

TEST(CandidatePools, LeavesARowWithoutSmilesOutOfAPoolThatIsThereAllTheSame) {
  const auto pools = pools_of("query_id,smiles\na,N/A\nb,\nb,CC\n");
  EXPECT_EQ(pools.rejected(), 1U);
  EXPECT_THAT(pool_of(pools, {"a", 0}), IsEmpty());
  EXPECT_THAT(pool_of(pools, {"b", 0}), ElementsAre("CC"));
}

TEST(CandidatePools, TellsAnEmptyPoolFromNone) {
  const auto pools = pools_of(R"({"CCO": []})");
  EXPECT_THAT(pool_of_truth(pools, "CCO"), IsEmpty());
  EXPECT_THAT(pool_of_truth(pools, "COC"), ElementsAre("no pool"));
}

TEST(CandidatePools, LeavesOutAndCountsCandidatesThatAreNoMolecules) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("pools.json", R"({"CCO": ["CCO", "nonsense", ""]})");
  Listener listener;
  RunContext context;
  context.reporter = &listener;
  const auto pools = CandidatePools::load(path, context);
  EXPECT_THAT(pool_of_truth(pools, "CCO"), ElementsAre("CCO"));
  EXPECT_EQ(pools.rejected(), 2U);
  ASSERT_EQ(listener.warnings.size(), 1U);
  EXPECT_THAT(
      listener.warnings[0],
      testing::StartsWith(path.string() +
                          ": 2 candidates are no molecules and are left out: \"nonsense\" ("));
}

TEST(CandidatePools, ReportsProgressToTheEnd) {
  const test::TemporaryFolder folder;
  Listener listener;
  RunContext context;
  context.reporter = &listener;
  context.threads = 2;
  CandidatePools::load(folder.write("pools.json", R"({"CCO": ["CC", "CCC"]})"), context);
  EXPECT_EQ(listener.last_stage, "standardising candidates");
  EXPECT_EQ(listener.most_done, 3U);
  EXPECT_EQ(listener.last_total, 3U);
}

TEST(CandidatePools, StopsWhenTheUserInterrupts) {
  const test::TemporaryFolder folder;
  const std::atomic<bool> interrupt = true;
  RunContext context;
  context.interrupt = &interrupt;
  EXPECT_THROW(CandidatePools::load(folder.write("pools.json", R"({"CCO": ["CC"]})"), context),
               Interrupted);
}

constexpr const char* kForm = R"(candidate pools are {"truth SMILES": ["candidate SMILES", ...]})";

TEST(CandidatePools, RefusesAnotherForm) {
  EXPECT_EQ(complaint(R"(["CCO"])"), std::string("pools.json: starts with a list; ") + kForm);
  EXPECT_EQ(complaint(R"({"CCO": "CC"})"),
            std::string("pools.json: pool \"CCO\" is \"CC\"; ") + kForm);
  EXPECT_EQ(complaint(R"({"CCO": ["CC", 7]})"),
            std::string("pools.json: pool \"CCO\" contains a number; ") + kForm);
  EXPECT_EQ(complaint(R"({"CCO": [["CC"]]})"),
            std::string("pools.json: pool \"CCO\" contains a list; ") + kForm);
  EXPECT_EQ(complaint(R"({"CCO": {"CC": 1}})"),
            std::string("pools.json: pool \"CCO\" is an object; ") + kForm);
}

TEST(CandidatePools, RefusesTextThatIsNotJson) {
  EXPECT_THAT(complaint(R"({"CCO": ["CC")"),
              testing::StartsWith("pools.json: not valid JSON (parse error at line "));
}

TEST(CandidatePools, RefusesATruthThatIsNoMolecule) {
  EXPECT_THAT(
      complaint(R"({"CCO": ["CC"], "nonsense": ["CC"]})"),
      testing::AllOf(testing::StartsWith("pools.json: the truth \"nonsense\" is no molecule ("),
                     testing::EndsWith("); the keys of candidate pools are SMILES")));
}

TEST(CandidatePools, RefusesAMissingFile) {
  EXPECT_EQ(test::message_of([] { CandidatePools::load("/nowhere/p.json", RunContext{}); }),
            "/nowhere/p.json: cannot be read (No such file or directory)");
}

// The expected counts come from RDKit's Python module.
TEST(CandidatePools, ReadsTheMassBankPools) {
  const auto path = test::real_data() / "massbank_val_candidates_formula.json.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  RunContext context;
  context.threads = 2;
  const auto pools = CandidatePools::load(path, context);
  EXPECT_EQ(pools.rejected(), 0U);
  EXPECT_EQ(pools.pools(), 572U);
  std::size_t largest = 0;
  for (const auto& candidate : pools.molecules()) {
    if (const auto* pool = pools.find({"", 0}, &candidate))
      largest = std::max(largest, pool->size());
  }
  EXPECT_EQ(largest, 48U);
}

}  // namespace
}  // namespace specbridge
