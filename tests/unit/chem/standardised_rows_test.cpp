#include "chem/tables/standardised_rows.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
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

/// Keeps the shares that are told.
class Shares : public Reporter {
 public:
  void info(std::string_view) override {}
  void warning(std::string_view) override {}
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  void progress_by_share(std::string_view, std::size_t, double share) override {
    told.push_back(share);
  }
  std::vector<double> told;
};

std::vector<double> shares_of(const std::vector<std::filesystem::path>& tables) {
  Shares shares;
  RunContext context;
  context.reporter = &shares;
  standardize_tables(tables, context, [](std::span<StandardizedRecord>) {});
  return shares.told;
}

TEST(StandardizeTables, TellsTheShareOfTheBytesOfAllTables) {
  const TemporaryFolder folder;
  // Many short rows, then one long one: an estimate by rows would jump from 1 to nearly 2.
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "1\tC\n";
  const auto rows = folder.write("a.smi", text);
  const auto row = folder.write("b.smi", "1\tC\n" + std::string(3996, '\n'));
  EXPECT_EQ(shares_of({rows, row}), (std::vector<double>{0.5, 1}));
  EXPECT_EQ(shares_of({row, rows}), (std::vector<double>{0.5, 1}));
  EXPECT_EQ(shares_of({row}), (std::vector<double>{1}));
}

TEST(StandardizeTables, TellsNoShareWhereAnInputIsAPipe) {
  const TemporaryFolder folder;
  const auto row = folder.write("a.smi", "1\tC\n");
  const std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(pipe) << "1\tC\n"; });
  EXPECT_EQ(shares_of({row, pipe}), (std::vector<double>{0, 0}));
  writer.join();
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
