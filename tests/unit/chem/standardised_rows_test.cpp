#include "chem/tables/standardised_rows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "chem/standardize_all.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::TemporaryFolder;

/// id and outcome of every record, in the order they are handed over.
std::vector<std::string> outcomes(const std::vector<std::filesystem::path>& tables,
                                  std::size_t threads) {
  RunContext context;
  context.threads = threads;
  std::vector<std::string> found;
  standardize_tables(tables, context, [&](std::span<StandardizedRecord> chunk) {
    for (const auto& [record, result] : chunk) {
      const auto* molecule = std::get_if<Molecule>(&result);
      found.push_back(record.id + " " +
                      (molecule ? molecule->smiles() : std::get<Rejection>(result).reason));
    }
  });
  return found;
}

TEST(StandardizeTables, KeepsTheOrderOverChunksAndFiles) {
  const TemporaryFolder folder;
  std::string first;
  std::vector<std::string> expected;
  for (int i = 0; i < 5000; ++i) {  // more than one chunk
    first += std::to_string(i) + "\tOC\n";
    expected.push_back(std::to_string(i) + " CO");
  }
  expected.push_back("x CCO");
  const std::vector<std::filesystem::path> tables = {folder.write("a.smi", first),
                                                     folder.write("b.smi", "x\tOCC\n")};
  EXPECT_EQ(outcomes(tables, 1), expected);
  EXPECT_EQ(outcomes(tables, 4), expected);
}

TEST(StandardizeTables, HandsOverWhatIsNoMoleculeWithItsReason) {
  const TemporaryFolder folder;
  EXPECT_EQ(outcomes({folder.write("a.smi", "1\tCC\n2\tC1CC\n3\tO\n")}, 2),
            (std::vector<std::string>{"1 CC", "2 not_smiles", "3 O"}));
}

TEST(StandardizeTables, StopsWhenTheUserInterrupts) {
  const TemporaryFolder folder;
  const std::atomic<bool> interrupt{true};
  RunContext context;
  context.interrupt = &interrupt;
  EXPECT_THROW(standardize_tables({folder.write("a.smi", "1\tCC\n")}, context,
                                  [](std::span<StandardizedRecord>) { FAIL(); }),
               Interrupted);
}

TEST(StandardizeAll, KeepsTheOrder) {
  RunContext context;
  context.threads = 3;
  const auto results = standardize_all({"OC", "?", "OCC"}, "", context);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(std::get<Molecule>(results[0]).smiles(), "CO");
  EXPECT_TRUE(std::holds_alternative<Rejection>(results[1]));
  EXPECT_EQ(std::get<Molecule>(results[2]).smiles(), "CCO");
}

}  // namespace
}  // namespace specbridge
