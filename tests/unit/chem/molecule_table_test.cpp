#include "chem/tables/molecule_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/line_reader.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using testing::ElementsAre;

struct Table {
  std::string format;
  std::vector<MoleculeRecord> rows;
  /// "id SMILES" of every row.
  std::vector<std::string> pairs() const {
    std::vector<std::string> pairs;
    for (const auto& row : rows) pairs.push_back(row.id + " " + row.smiles);
    return pairs;
  }
};

Table read_file(const std::filesystem::path& path) {
  MoleculeTable table(path);
  Table content{table.format(), {}};
  while (auto row = table.next()) content.rows.push_back(*row);
  return content;
}

Table read_text(const std::string& text) {
  const test::TemporaryFolder folder;
  return read_file(folder.write("t.smi", text));
}

std::string problem_of(const MoleculeRecord& row) {
  const auto name = row.problem.find("t.smi:");
  return name == std::string::npos ? row.problem : row.problem.substr(name);
}

std::string error_of(const std::string& text) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("t.smi", text);
  const auto message = test::message_of([&] { read_file(path); });
  const auto name = message.find("t.smi");
  return name == std::string::npos ? message : message.substr(name);
}

TEST(MoleculeTable, ReadsPubChemsIdsAndSmiles) {
  const auto table = read_text("1\tCC(=O)OC(CC(=O)[O-])C[N+](C)(C)C\n2\tCCO\n\n5\tCC(CN)O\n");
  EXPECT_EQ(table.format, "id-smiles");
  EXPECT_THAT(table.pairs(),
              ElementsAre("1 CC(=O)OC(CC(=O)[O-])C[N+](C)(C)C", "2 CCO", "5 CC(CN)O"));
  EXPECT_EQ(table.rows[2].origin.line, 4U);
}

TEST(MoleculeTable, ReadsNamesThatLookLikeSmilesByTheMajority) {
  EXPECT_THAT(read_text("CO\tC1CC1\nN-1\tCCC\nx2\tCCN\n").pairs(),
              ElementsAre("CO C1CC1", "N-1 CCC", "x2 CCN"));
}

TEST(MoleculeTable, ReadsSmilesWithOrWithoutIds) {
  const auto table = read_text("CCO ethanol\nCC(=O)O\tacetic acid\tmore\nCCC\nC  two words\n");
  EXPECT_EQ(table.format, "smiles-id");
  EXPECT_THAT(table.pairs(),
              ElementsAre("ethanol CCO", "acetic acid CC(=O)O", "3 CCC", "two words C"));
}

TEST(MoleculeTable, RowNumbersCountRowsOnly) {
  EXPECT_THAT(read_text("# a comment\n\nCCO\n# another\nCCN\n").pairs(),
              ElementsAre("1 CCO", "2 CCN"));
}

TEST(MoleculeTable, ReadsSeparatedTablesByTheirHeader) {
  const auto comma = read_text("Identifier,CompoundName,SMILES\n7,\"a, b\",CCO\n8,c,\"C\"\n");
  EXPECT_EQ(comma.format, "csv");
  EXPECT_THAT(comma.pairs(), ElementsAre("7 CCO", "8 C"));
  EXPECT_THAT(read_text("smiles\tid\nCCO\tx\nC\ty\n").pairs(), ElementsAre("x CCO", "y C"));
  EXPECT_THAT(read_text("id;Canonical SMILES\n1;CCO\n").pairs(), ElementsAre("1 CCO"));
  EXPECT_THAT(read_text("SMILES\nCCO\nC\n").pairs(), ElementsAre("1 CCO", "2 C"));
  EXPECT_THAT(read_text("smiles zinc_id\nCCO Z1\n").pairs(), ElementsAre("Z1 CCO"));
  EXPECT_THAT(read_text("# source\nsmiles\tid\nCCO\tx\n").pairs(), ElementsAre("x CCO"));
}

TEST(MoleculeTable, APlainSmilesColumnIsPreferredToOtherSmilesColumns) {
  EXPECT_THAT(read_text("id,canonical_smiles,SMILES\n1,C,CC\n").pairs(), ElementsAre("1 CC"));
}

TEST(MoleculeTable, QuotedValuesMayHoldQuotesSeparatorsAndLineBreaks) {
  const auto table = read_text("id,name,smiles\n1,\"say \"\"a\"\",\nb\",CCO\n2,x,C\n");
  EXPECT_THAT(table.pairs(), ElementsAre("1 CCO", "2 C"));
  EXPECT_EQ(table.rows[1].origin.line, 4U);
}

TEST(MoleculeTable, AStrayQuoteCostsOneRow) {
  const auto table = read_text("id,name,smiles\n1,\"x,CCO\n2,y,C\n");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(problem_of(table.rows[0]),
            "t.smi:2: a quoted value does not end; expected a closing '\"'");
  EXPECT_EQ(table.pairs()[1], "2 C");
}

TEST(MoleculeTable, ARowWithoutSmilesColumnIsAProblemWithItsPlace) {
  const auto separated = read_text("id,name,smiles\n1,x,CCO\n2,y\n");
  EXPECT_EQ(problem_of(separated.rows[1]),
            "t.smi:3: the row has 2 columns; expected the SMILES in column 3");
  EXPECT_EQ(separated.rows[1].id, "2");
  const auto list = read_text("1\tCCO\n2\tC\n3\n4\tN\n");
  EXPECT_EQ(problem_of(list.rows[2]), "t.smi:3: \"3\" has one column; expected id<TAB>SMILES");
  EXPECT_EQ(list.rows[3].problem, "");
}

TEST(MoleculeTable, LeavesTheJudgementOfSmilesToStandardize) {
  const auto table = read_text("1\tCCO\n2\tnonsense\n3\t\n");
  EXPECT_THAT(table.pairs(), ElementsAre("1 CCO", "2 nonsense", "3 "));
  EXPECT_EQ(table.rows[1].problem + table.rows[2].problem, "");
}

TEST(MoleculeTable, ReadsRecordsOfAnSdf) {
  const auto table = read_file(test::fixtures() / "chem" / "records.sdf");
  EXPECT_EQ(table.format, "sdf");
  ASSERT_EQ(table.rows.size(), 4U);
  EXPECT_EQ(table.rows[0].id, "2244");
  EXPECT_EQ(test::spelling(table.rows[0].smiles), "CC(=O)Oc1ccccc1C(=O)O");
  EXPECT_EQ(table.rows[1].id, "HMDB0000097");
  EXPECT_EQ(test::spelling(table.rows[1].smiles), "C[N+](C)(C)CCO");
  EXPECT_EQ(table.rows[2].id, "deuterated methanol");
  EXPECT_EQ(test::spelling(table.rows[2].smiles), "[2H]C([2H])([2H])O");
  EXPECT_EQ(table.rows[3].id, "4");
  EXPECT_EQ(table.rows[3].smiles, "");
  EXPECT_EQ(table.rows[3].problem.substr(table.rows[3].problem.find("records.sdf")),
            std::string("records.sdf:") + std::to_string(table.rows[3].origin.line) +
                ": the record has no \"M  END\"; expected a whole mol block");
}

TEST(MoleculeTable, ReadsCompressedFiles) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("t.smi", "1\tCCO\n");
  ASSERT_EQ(test::run("gzip '" + path.string() + "'").exit_code, 0);
  EXPECT_THAT(read_file(folder / "t.smi.gz").pairs(), ElementsAre("1 CCO"));
}

TEST(MoleculeTable, RefusesAFileWithoutMolecules) {
  const std::string expected =
      "; expected id<TAB>SMILES, SMILES[ id], CSV or TSV with a SMILES column, or SDF";
  EXPECT_EQ(error_of(""), "t.smi: holds no molecules" + expected);
  EXPECT_EQ(error_of("\n# only a comment\n"), "t.smi: holds no molecules" + expected);
  EXPECT_EQ(error_of("this file\nholds prose\n"),
            "t.smi: no SMILES found in the first 2 lines" + expected);
  EXPECT_EQ(error_of("BEGIN IONS\nPEPMASS=100\n50.1 7\nEND IONS\n"),
            "t.smi: no SMILES found in the first 4 lines" + expected);
  EXPECT_EQ(error_of("id,smiles\n1,what\n"),
            "t.smi: no SMILES found in the first 2 lines" + expected);
  EXPECT_EQ(error_of("id,smiles\n"), "t.smi: no SMILES found in the first 1 lines" + expected);
}

TEST(MoleculeTable, RefusesAMissingFile) {
  EXPECT_THROW(MoleculeTable("/nonexistent/t.smi"), InputError);
}

TEST(MoleculeTable, ReadsEveryRowOfTheRealLibrary) {
  if (!std::filesystem::exists(test::real_library())) GTEST_SKIP() << "no library.smi.gz";
  MoleculeTable table(test::real_library());
  EXPECT_EQ(table.format(), "id-smiles");
  std::size_t rows = 0, problems = 0;
  while (const auto row = table.next()) {
    ++rows;
    if (!row->problem.empty() || row->id != std::to_string(rows)) ++problems;
  }
  EXPECT_EQ(rows, 119905U);
  EXPECT_EQ(problems, 0U);
  EXPECT_GT(table.fraction_read(), 0.99);
}

}  // namespace
}  // namespace specbridge
