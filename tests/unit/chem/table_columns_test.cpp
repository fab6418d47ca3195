#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "chem/tables/column_names.h"
#include "chem/tables/molecule_table.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using testing::ElementsAre;

std::vector<MoleculeRecord> rows_of(const std::string& text,
                                    const std::vector<std::string>& keep = {}) {
  const test::TemporaryFolder folder;
  MoleculeTable table(folder.write("t.csv", text), keep);
  std::vector<MoleculeRecord> rows;
  while (auto row = table.next()) rows.push_back(*row);
  return rows;
}

/// "id SMILES" of every row; "id !problem" of one that cannot be read.
std::vector<std::string> pairs_of(const std::string& text) {
  std::vector<std::string> pairs;
  for (const auto& row : rows_of(text)) {
    const auto problem = row.problem.substr(row.problem.find(": ") + 1);
    pairs.push_back(row.id + " " + (row.problem.empty() ? row.smiles : "!" + problem));
  }
  return pairs;
}

constexpr const char* kQuotes = "; expected quotes around a value that holds the separator";

TEST(TableColumns, ARowWithMoreValuesThanTheHeaderIsAProblem) {
  EXPECT_THAT(pairs_of("id,name,smiles\n1,ethanol,CCO\n"
                       "2,N,N,N-trimethylmethanaminium chloride,C[N+](C)(C)C.[Cl-]\n"
                       "3,S,S,S-tributyl phosphorotrithioate,CCCCSP(=O)(SCCCC)SCCCC\n4,water,O\n"),
              ElementsAre("1 CCO", std::string("2 ! 5 columns, but the header has 3") + kQuotes,
                          std::string("3 ! 5 columns, but the header has 3") + kQuotes, "4 O"));
  EXPECT_THAT(pairs_of("smiles\tid\nCCO\ta\nN\tb\tc\n"),
              ElementsAre("a CCO", std::string("b ! 3 columns, but the header has 2") + kQuotes));
  EXPECT_THAT(pairs_of("smiles;name;id\nCCO;2;a\nO;N;N;b\n"),
              ElementsAre("a CCO", std::string("N ! 4 columns, but the header has 3") + kQuotes));
}

TEST(TableColumns, EmptyCellsBehindTheLastColumnAreAllowed) {
  EXPECT_THAT(pairs_of("id,name,smiles\n1,a,CCO,,\n2,b,C, ,\n"), ElementsAre("1 CCO", "2 C"));
  EXPECT_THAT(pairs_of("id\tsmiles\n1\tCCO\t\n2\tC\n"), ElementsAre("1 CCO", "2 C"));
  EXPECT_THAT(pairs_of("id,smiles,formula\n1,CCO,C2H6O,\n"), ElementsAre("1 CCO"));
  EXPECT_THAT(pairs_of("id,isomeric_smiles,canonical_smiles\n1,C/C=C/C,CC=CC,\n"),
              ElementsAre("1 CC=CC"));
}

TEST(TableColumns, EmptyCellsMayHideThatARowIsShifted) {
  EXPECT_THAT(pairs_of("id,name,smiles,a,b\n1,ethanol,CCO,x,y\n2,N,N,N-trimethylamine,CN(C)C,,\n"),
              ElementsAre("1 CCO", std::string("2 ! 7 columns, but the header has 5") + kQuotes));
  EXPECT_THAT(pairs_of("id,name,smiles,a\n1,ethanol,CCO,x\n2,O,O-ester,CCOP,\n"),
              ElementsAre("1 CCO", std::string("2 ! 5 columns, but the header has 4") + kQuotes));
}

TEST(TableColumns, BlanksSeparateSmilesAndNameOnce) {
  EXPECT_THAT(pairs_of("smiles name\nCCO grain alcohol\nC |c:1| methane gas\n"),
              ElementsAre("grain alcohol CCO", "methane gas C |c:1|"));
  EXPECT_THAT(pairs_of("smiles\nCCO\nC |c:1|\n\"N\"\n"), ElementsAre("1 CCO", "2 C |c:1|", "3 N"));
}

TEST(TableColumns, IdsComeBeforeNames) {
  EXPECT_THAT(pairs_of("name,coconut_id,smiles\nalcohol,CNP01,CCO\n"), ElementsAre("CNP01 CCO"));
  EXPECT_THAT(pairs_of("Name\tNorman_SusDat_ID\tSMILES\nalcohol\tNS1\tCCO\n"),
              ElementsAre("NS1 CCO"));
  EXPECT_THAT(pairs_of("compound;DTXSID;smiles\nalcohol;DTXSID1;CCO\n"),
              ElementsAre("DTXSID1 CCO"));
  EXPECT_THAT(pairs_of("name,lotusId,smiles\nalcohol,L1,CCO\n"), ElementsAre("L1 CCO"));
  EXPECT_THAT(pairs_of("parent_id,name,cid,smiles\n7,alcohol,702,CCO\n"), ElementsAre("702 CCO"));
}

/// "name|InChIKey" of the first row.
std::string labels_of(const std::string& text) {
  const auto row = rows_of(text).at(0);
  return row.name + "|" + row.inchikey;
}

TEST(TableColumns, NamesAndInchikeysAreReadByWhatTheirColumnsAreCalled) {
  EXPECT_EQ(labels_of("id,name,smiles,inchikey\n1,alcohol,CCO,K\n"), "alcohol|K");
  EXPECT_EQ(labels_of("DTXSID\tPREFERRED_NAME\tIUPAC_NAME\tINCHI_KEY\tSMILES\n1\ta\tb\tK\tCCO\n"),
            "a|K");
  EXPECT_EQ(labels_of("id;iupac_name;trivialname;Standard InChIKey;smiles\n1;a;b;K;CCO\n"), "b|K");
  EXPECT_EQ(labels_of("id,IUPACName,smiles\n1,ethanol,CCO\n"), "ethanol|");
  EXPECT_EQ(labels_of("id,file_name,smiles,inchikey14\n1,a.mol,CCO,K\n"), "|");
  EXPECT_EQ(labels_of("name,smiles\nalcohol,CCO\n"), "alcohol|");
  EXPECT_EQ(labels_of("id,name,smiles\n1,N/A,CCO\n"), "|");
  EXPECT_EQ(labels_of("1\tCCO\n"), "|");
}

TEST(TableColumns, ColumnsThatAreAskedForComeAlong) {
  const std::string table = "id,CAS No.,smiles,Use\n1,64-17-5,CCO,drink\n2,-,C,\n3,7732-18-5,O,,\n";
  const auto rows = rows_of(table, {"use", "CAS no."});
  EXPECT_THAT(rows.at(0).kept, ElementsAre("drink", "64-17-5"));
  EXPECT_THAT(rows.at(1).kept, ElementsAre("", ""));
  EXPECT_THAT(rows.at(2).kept, ElementsAre("", "7732-18-5"));
}

TEST(TableColumns, AColumnThatAListLacksIsEmpty) {
  EXPECT_THAT(rows_of("id,smiles\n1,CCO\n", {"CAS"}).at(0).kept, ElementsAre(""));
  EXPECT_THAT(rows_of("1\tCCO\n", {"CAS"}).at(0).kept, ElementsAre(""));
  EXPECT_THAT(rows_of("id,smiles,CAS\n1,CCO,x,y\n", {"CAS"}).at(0).kept, ElementsAre(""));
}

TEST(TableColumns, WordsThatEndInIdAreNoIds) {
  EXPECT_THAT(pairs_of("fatty acid,name,smiles\nyes,alcohol,CCO\n"), ElementsAre("alcohol CCO"));
  for (const char* name : {"lipid", "Steroid", "is_valid", "Amino Acid", "flavonoid", "SOLID",
                           "Taxid", "taxon_id", "ncbi_taxonomy_id", "ORCID", "organism_ID"}) {
    EXPECT_FALSE(is_named_after_id(name)) << name;
  }
  for (const char* name : {"id", "ChEBI ID", "HMDB_ID", "DATABASE_ID", "moleculeId", "SID",
                           "zincid", "LM_ID", "accession", "LOTUS identifier"}) {
    EXPECT_TRUE(is_named_after_id(name)) << name;
  }
}

TEST(TableColumns, AnInchiStandsInWhereASmilesIsMissing) {
  const std::string kMethane = "InChI=1S/CH4/h1H4", kWater = "InChI=1S/H2O/h1H2";
  EXPECT_THAT(pairs_of("id\tInChI\n1\t" + kMethane + "\n2\t" + kWater + "\n"),
              ElementsAre("1 " + kMethane, "2 " + kWater));
  EXPECT_THAT(pairs_of("id\tsmiles\tinchi\tinchikey\n1\tCCO\t" + kMethane + "\tX\n2\t\t" + kWater +
                       "\tX\n3\tN/A\t" + kWater + "\tX\n4\t\t\tX\n"),
              ElementsAre("1 CCO", "2 " + kWater, "3 " + kWater, "4 "));
  EXPECT_THAT(pairs_of("name;standard_inchi\nmethane;" + kMethane + "\n"),
              ElementsAre("methane " + kMethane));
  EXPECT_THAT(pairs_of("a\t" + kMethane + "\nb\t" + kWater + "\n"),
              ElementsAre("a " + kMethane, "b " + kWater));
  EXPECT_THAT(pairs_of(kMethane + " gas\n" + kWater + "\n"),
              ElementsAre("gas " + kMethane, "2 " + kWater));
}

TEST(TableColumns, AnExtensionIsNeitherIdNorName) {
  EXPECT_THAT(pairs_of("C1CC=CC1 |c:2|\nCCO |^1:2|\talcohol radical\n"),
              ElementsAre("1 C1CC=CC1 |c:2|", "alcohol radical CCO |^1:2|"));
  EXPECT_THAT(pairs_of("C1CC=CC1 |c:2| cyclopentene\nCCO\n"),
              ElementsAre("cyclopentene C1CC=CC1 |c:2|", "2 CCO"));
  EXPECT_THAT(pairs_of("1\tC1CC=CC1 |c:2|\n2\tCCO\t|c:1|\n3\tCCN\tmore\n"),
              ElementsAre("1 C1CC=CC1 |c:2|", "2 CCO |c:1|", "3 CCN"));
  EXPECT_THAT(pairs_of("id,smiles\n1,\"CCO |c:1,2|\"\n"), ElementsAre("1 CCO |c:1,2|"));
}

std::string sdf_record(const std::string& title, const std::string& tags) {
  return title +
         "\n  x\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n"
         "    0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0\nM  END\n" +
         tags + "\n$$$$\n";
}

std::string id_of(const std::string& title, const std::string& tags) {
  return rows_of(sdf_record(title, tags)).at(0).id;
}

TEST(TableColumns, AnSdfRecordWithoutTitleIsCalledByATagThatEndsInId) {
  EXPECT_EQ(id_of("", "> <NAME>\nmethane\n\n> <ChEBI ID>\nCHEBI:16183\n"), "CHEBI:16183");
  EXPECT_EQ(id_of("", "> <HMDB_ID>\nHMDB1\n\n> <other_id>\n7\n"), "HMDB1");
  EXPECT_EQ(id_of("  ", "> <LM_ID>\nLMFA1\n"), "LMFA1");
  EXPECT_EQ(id_of("", "> <FATTY_ACID>\nno\n\n>  <moleculeId> (1)\nm1\n"), "m1");
  EXPECT_EQ(id_of("", "> <HMDB_ID>\nHMDB1\n\n> <DATABASE_ID>\nD1\n"), "D1");
  EXPECT_EQ(id_of("title", "> <HMDB_ID>\nHMDB1\n"), "title");
  EXPECT_EQ(id_of("", "> <NAME>\nmethane\n"), "1");
}

TEST(TableColumns, TagsOfAnSdfAreItsColumns) {
  const std::string tags =
      "> <PUBCHEM_IUPAC_NAME>\nmethane\n\n> <GENERIC_NAME>\nmarsh gas\nsecond\n\n"
      "> <INCHI_KEY>\nK\n\n> <CAS>\n74-82-8\n";
  const auto row = rows_of(sdf_record("M1", tags), {"use", "cas"}).at(0);
  EXPECT_EQ(row.id + "|" + row.name + "|" + row.inchikey, "M1|marsh gas|K");
  EXPECT_THAT(row.kept, ElementsAre("", "74-82-8"));
}

TEST(TableColumns, TheTitleOfAnSdfRecordThatHasAnIdIsItsName) {
  const auto name_of = [](const std::string& title, const std::string& tags) {
    return rows_of(sdf_record(title, tags)).at(0).name;
  };
  EXPECT_EQ(name_of("methane", "> <DATABASE_ID>\nD1\n"), "methane");
  EXPECT_EQ(name_of("methane", ""), "");
  EXPECT_EQ(name_of("D1", "> <DATABASE_ID>\nD1\n"), "");
}

TEST(TableColumns, AnSdfRecordWithoutAtomsIsTheStructureOfItsTags) {
  const std::string empty = "a\n  x\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n";
  const std::string inchi = "> <InChI>\nInChI=1S/CH4/h1H4\n\n";
  EXPECT_EQ(rows_of(empty + inchi + "$$$$\n").at(0).smiles, "InChI=1S/CH4/h1H4");
  EXPECT_EQ(rows_of(empty + inchi + "> <SMILES>\nCCO\n\n$$$$\n").at(0).smiles, "CCO");
  EXPECT_EQ(rows_of(empty + "> <InChIKey>\nX\n\n$$$$\n").at(0).smiles, "");
}

}  // namespace
}  // namespace specbridge
