#include "search/query_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::TemporaryFolder;

std::string record(const std::string& id, const std::string& more = "") {
  return "BEGIN IONS\nSPECTRUM_ID=" + id + "\nPEPMASS=100.5\n" + more +
         "50.1 10\n60.2 20\nEND IONS\n\n";
}

std::vector<std::string> ids_of(const std::vector<Query>& queries) {
  std::vector<std::string> ids;
  for (const auto& query : queries) ids.push_back(query.spectrum.id);
  return ids;
}

using Ids = std::vector<std::string>;

TEST(QueryStream, NumbersRecordsOverAllFiles) {
  const TemporaryFolder folder;
  QueryStream stream(
      {folder.write("a.mgf", record("a") + record("b")), folder.write("b.mgf", record("c"))});
  const auto queries = stream.next(10);
  EXPECT_EQ(ids_of(queries), (Ids{"a", "b", "c"}));
  EXPECT_EQ(queries[2].name.index, 2U);
  EXPECT_EQ(stream.queries(), 3U);
  EXPECT_TRUE(stream.next(10).empty());
}

TEST(QueryStream, HandsOutAsManyAsAreAskedFor) {
  const TemporaryFolder folder;
  QueryStream stream({folder.write("a.mgf", record("a") + record("b")),
                      folder.write("b.mgf", record("c") + record("d") + record("e"))});
  EXPECT_EQ(ids_of(stream.next(3)), (Ids{"a", "b", "c"}));
  const auto rest = stream.next(3);
  EXPECT_EQ(ids_of(rest), (Ids{"d", "e"}));
  EXPECT_EQ(rest[1].name.index, 4U);
}

TEST(QueryStream, RefusesAFileOfWhichNoRecordCanBeRead) {
  const TemporaryFolder folder;
  const auto file = folder.write("b.mgf", "BEGIN IONS\nPEPMASS=x\nEND IONS\n");
  QueryStream stream({folder.write("a.mgf", record("a")), file});
  EXPECT_EQ(test::message_of([&] { stream.next(10); }),
            file.string() + ": none of its records can be read as mgf (first: " + file.string() +
                ":2: PEPMASS is not a number: \"x\" (expected PEPMASS=<m/z>))");
}

TEST(QueryStream, GoesOnBehindAFileThatMayBreak) {
  const TemporaryFolder folder;
  const auto first = folder.write("a.mgf", record("a"));
  const auto none = folder.write("b.mgf", "BEGIN IONS\nPEPMASS=x\nEND IONS\n");
  const auto cut = folder.write("c.json", "[{\"spectrum_id\": \"c\", \"peaks_json\": \"[]\"}, x]");
  const auto missing = folder / "d.mgf", last = folder.write("e.mgf", record("e"));
  QueryStream stream({first, none, cut, missing, last});
  stream.may_break({none, cut, missing});
  EXPECT_EQ(ids_of(stream.next(2)), (Ids{"a", "b.mgf:1"}));
  EXPECT_EQ(ids_of(stream.next(10)), (Ids{"c", "e"}));
  ASSERT_EQ(stream.files().size(), 5U);
  EXPECT_EQ(stream.files()[0].error, "");
  EXPECT_TRUE(stream.files()[1].error.starts_with(none.string() + ": none of its records"));
  EXPECT_TRUE(stream.files()[2].error.starts_with(cut.string() + ":1: found \"x"));
  EXPECT_EQ(stream.files()[2].queries, 1U);
  EXPECT_EQ(stream.files()[3].error,
            missing.string() + ": cannot be read (No such file or directory)");
  EXPECT_EQ(stream.files()[4].queries, 1U);
}

TEST(QueryStream, CountsProfilesOfEachFile) {
  const TemporaryFolder folder;
  QueryStream stream({folder.write("a.mgf", record("a", "CENTROIDED=FALSE\n") + record("b")),
                      folder.write("b.mgf", record("c"))});
  EXPECT_EQ(stream.next(10).size(), 3U);
  EXPECT_EQ(stream.files()[0].profiles, 1U);
  EXPECT_EQ(stream.files()[1].profiles, 0U);
}

TEST(QueryStream, PassesOverMs1ScansAndCountsThem) {
  const TemporaryFolder folder;
  QueryStream stream({folder.write("a.mgf", record("a", "MSLEVEL=1\n") + record("b") +
                                                record("c", "MSLEVEL=1\n") + record("d"))});
  const auto queries = stream.next(10);
  EXPECT_EQ(ids_of(queries), (Ids{"b", "d"}));
  EXPECT_EQ(queries[1].name.index, 1U);
  EXPECT_EQ(stream.ms1_scans(), 2U);
}

TEST(QueryStream, KeepsRecordsThatCannotBeUsedWithTheReason) {
  const TemporaryFolder folder;
  QueryStream stream(
      {folder.write("a.mgf", record("a") + "BEGIN IONS\nSPECTRUM_ID=b\n50 1\nEND IONS\n" +
                                 "BEGIN IONS\nSPECTRUM_ID=c\nPEPMASS=9\nEND IONS\n")});
  const auto queries = stream.next(10);
  ASSERT_EQ(queries.size(), 3U);
  EXPECT_FALSE(queries[0].refusal.has_value());
  EXPECT_EQ(queries[1].refusal->status, Status::no_precursor);
  EXPECT_EQ(queries[2].refusal->status, Status::no_peaks);
}

TEST(QueryStream, ThrowsForAFileThatIsMissing) {
  const TemporaryFolder folder;
  QueryStream stream({folder / "missing.mgf"});
  EXPECT_THROW(stream.next(1), InputError);
}

TEST(QueryStream, ReadsFilesOfSeveralFormatsOneAfterTheOther) {
  const TemporaryFolder folder;
  QueryStream stream({folder.write("a", record("a")),
                      folder.write("b", "Name: b\nPrecursorMZ: 100\nNum Peaks: 1\n50 1\n")});
  EXPECT_EQ(ids_of(stream.next(10)), (Ids{"a", "b"}));
}

TEST(QueryStream, HandsOutFewerAtATimeWhereTheyAreLarge) {
  const TemporaryFolder folder;
  std::string peaks;
  for (int i = 0; i < 3'000'000; ++i) peaks += "50 1\n";
  const auto large = folder.write(
      "a.mgf", record("a", peaks) + record("b", peaks) + record("c", peaks) + record("d"));
  QueryStream stream({large});
  EXPECT_EQ(ids_of(stream.next(10)), (Ids{"a", "b", "c"}));
  EXPECT_EQ(ids_of(stream.next(10)), (Ids{"d"}));
}

TEST(QueryStream, StopsWhenItIsTold) {
  const TemporaryFolder folder;
  QueryStream stream({folder.write("a.mgf", record("a") + record("b"))});
  EXPECT_EQ(ids_of(stream.next(1)), (Ids{"a"}));
  stream.stop();
  EXPECT_TRUE(stream.next(1).empty());
}

TEST(ForEachChunk, HandsOverEveryQueryOnceInOrder) {
  const TemporaryFolder folder;
  std::string records;
  for (int i = 0; i < 17000; ++i) records += record(std::to_string(i));
  QueryStream stream({folder.write("a.mgf", records)});
  std::size_t next = 0, chunks = 0;
  for_each_chunk(stream, Structures::skip, {}, [&](std::vector<Query>& queries) {
    ++chunks;
    for (const auto& query : queries) EXPECT_EQ(query.name.id, std::to_string(next++));
  });
  EXPECT_EQ(next, 17000U);
  EXPECT_EQ(chunks, 2U);
}

TEST(ForEachChunk, ReadsStructuresOnlyWhereItIsAsked) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.mgf", record("a", "SMILES=OCC\n") + record("b"));
  for (const auto structures : {Structures::read, Structures::skip}) {
    QueryStream stream({file});
    for_each_chunk(stream, structures, {}, [&](std::vector<Query>& queries) {
      EXPECT_EQ(queries[0].structure != nullptr, structures == Structures::read);
      EXPECT_EQ(queries[1].structure, nullptr);
    });
  }
}

Query query_with(const std::string& smiles) {
  Query query;
  query.spectrum.smiles = smiles;
  return query;
}

/// The structures of records with these SMILES.
std::vector<std::shared_ptr<const StatedStructure>> structures_of(
    const std::vector<std::string>& smiles) {
  StructureCache cache = make_structure_cache();
  std::vector<Query> queries;
  for (const auto& text : smiles) queries.push_back(query_with(text));
  read_structures(queries, cache, {});
  std::vector<std::shared_ptr<const StatedStructure>> structures;
  for (const auto& query : queries) structures.push_back(query.structure);
  return structures;
}

TEST(ReadStructures, GivesTheMoleculeOfEverySpelling) {
  const auto structures = structures_of({"OCC", "C(O)C", "OCC"});
  for (const auto& structure : structures) {
    ASSERT_NE(structure, nullptr);
    EXPECT_EQ(structure->molecule()->smiles(), "CCO");
  }
  EXPECT_EQ(structures[0], structures[2]);  // one text is read once
}

TEST(ReadStructures, GivesTheReasonWhereATextIsNoMolecule) {
  const auto structure = structures_of({"C1CC"}).front();
  ASSERT_NE(structure, nullptr);
  EXPECT_NE(structure->rejection(), nullptr);
}

TEST(ReadStructures, GivesNothingWhereTheRecordStatesNone) {
  EXPECT_EQ(structures_of({""}).front(), nullptr);
}

}  // namespace
}  // namespace specbridge
