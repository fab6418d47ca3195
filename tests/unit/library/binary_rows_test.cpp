#include "library/postgres/binary_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "library/postgres/fetched_rows.h"
#include "library/postgres/molecule_chunks.h"

namespace specbridge {
namespace {

using namespace std::string_literals;

MoleculeText ethanol() {
  return {"CID702",
          "CCO",
          "LFQSCWFLJHTTHZ",
          "C2H6O",
          46.041864812,
          -1,
          "LFQSCWFLJHTTHZ-UHFFFAOYSA-N",
          "ethanol",
          {"shelf 3", ""}};
}

std::string copied(std::size_t rows, RowSums& sums) {
  std::string bytes = binary_header();
  for (std::size_t row = 0; row < rows; ++row) {
    const std::vector<std::uint16_t> vector = {0x3c00, static_cast<std::uint16_t>(row)};
    append_row(row, ethanol(), vector, bytes, sums);
  }
  return bytes + binary_trailer();
}

/// What a reader finds in bytes that come in pieces of one size.
std::vector<std::size_t> rows_in(const std::string& bytes, std::size_t piece, RowSums& sums) {
  std::vector<std::size_t> rows;
  BinaryReader reader({molecule_fields(2)}, [&](std::span<const BinaryRow> groups) {
    rows.push_back(groups[0].row);
    sums.molecules ^= groups[0].sum;
  });
  for (std::size_t at = 0; at < bytes.size(); at += piece) reader.read(bytes.substr(at, piece));
  reader.finish();
  return rows;
}

/// The molecules of rows alone, as a server sends them.
std::string molecules_of(const std::string& bytes) {
  RowSums ignored;
  std::string one;
  append_row(0, ethanol(), std::vector<std::uint16_t>{0x3c00, 0}, one, ignored);
  std::string molecules = binary_header();
  const std::size_t trailer = binary_trailer().size();
  for (std::size_t at = molecules.size(); at + trailer < bytes.size(); at += one.size()) {
    // 11 fields with the checksum; behind it stand the vector and its checksum, 12 bytes each.
    molecules += "\0\x0b"s + bytes.substr(at + 2, one.size() - 2 - 12 - 12);
  }
  return molecules + binary_trailer();
}

TEST(BinaryRows, BeginAsPostgresqlWantsIt) {
  EXPECT_EQ(binary_header(), "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0"s);
  EXPECT_EQ(binary_trailer(), "\xff\xff");
  RowSums sums;
  std::string bytes;
  append_row(258, ethanol(), std::vector<std::uint16_t>{0x3c01, 0xbc00}, bytes, sums);
  EXPECT_EQ(bytes.substr(0, 14), "\0\x0d\0\0\0\x08\0\0\0\0\0\0\x01\x02"s);  // 13 fields, the row
  EXPECT_EQ(bytes.substr(26, 8), "\0\0\0\x04\xff\xff\xff\xff"s);            // charge -1
  EXPECT_EQ(bytes.substr(34, 10),
            "\0\0\0\x06"
            "CID702"s);
  EXPECT_EQ(bytes.substr(bytes.size() - 24, 12), "\0\0\0\x08\0\x02\0\0\x3c\x01\xbc\0"s);
}

TEST(BinaryRows, ComeBackHoweverTheyAreCut) {
  RowSums written;
  const std::string bytes = molecules_of(copied(5, written));
  for (const std::size_t piece : {1U, 7U, 100U, 100000U}) {
    RowSums found;
    EXPECT_EQ(rows_in(bytes, piece, found), (std::vector<std::size_t>{0, 1, 2, 3, 4})) << piece;
    EXPECT_EQ(found.molecules, written.molecules);
  }
}

TEST(BinaryRows, MoleculesComeBackAsTheyWere) {
  RowSums sums;
  const std::string bytes = molecules_of(copied(1, sums));
  BinaryReader reader({molecule_fields(2)}, [&](std::span<const BinaryRow> groups) {
    const MoleculeText found = molecule_of(groups[0]), expected = ethanol();
    EXPECT_EQ(found.id, expected.id);
    EXPECT_EQ(found.smiles, expected.smiles);
    EXPECT_EQ(found.inchikey14, expected.inchikey14);
    EXPECT_EQ(found.inchikey, expected.inchikey);
    EXPECT_EQ(found.formula, expected.formula);
    EXPECT_EQ(found.exact_mass, expected.exact_mass);
    EXPECT_EQ(found.charge, expected.charge);
    EXPECT_EQ(found.name, expected.name);
    EXPECT_EQ(found.further, expected.further);
  });
  reader.read(bytes);
  reader.finish();
}

TEST(BinaryRows, EveryChangedByteIsFound) {
  RowSums sums;
  const std::string bytes = molecules_of(copied(2, sums));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (at >= 11 && at < 19) continue;  // flags of the format, which name nothing that we read
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    RowSums found;
    bool refused = false;
    try {
      refused = rows_in(changed, 64, found) != std::vector<std::size_t>{0, 1};
    } catch (const BinaryReader::BadRow&) {
      refused = true;
    }
    EXPECT_TRUE(refused) << at;
  }
}

TEST(BinaryRows, AnAnswerThatBreaksOffIsNoAnswer) {
  RowSums sums;
  const std::string bytes = molecules_of(copied(2, sums));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    RowSums found;
    EXPECT_THROW(rows_in(bytes.substr(0, size), 50, found), BinaryReader::BadRow) << size;
  }
}

TEST(BinaryRows, VectorsOfAnotherLengthAreRefused) {
  BinaryRow row;
  row.fields = {"", std::string_view("\0\x02\0\0\x3c\0\xbc\0", 8)};
  std::vector<std::uint16_t> two(2), three(3);
  EXPECT_TRUE(vector_of(row, two));
  EXPECT_EQ(two, (std::vector<std::uint16_t>{0x3c00, 0xbc00}));
  EXPECT_FALSE(vector_of(row, three));
}

TEST(FetchedRows, ScoreAsStoredRowsOfFloat16) {
  FetchedRows rows({3, 4, 5, 9}, {20, 2});
  const std::vector<std::vector<std::uint16_t>> halves = {
      {0x3c00, 0x0000}, {0x3800, 0xb800}, {0x0000, 0x8000}, {0x0001, 0x3555}};
  const std::vector<std::size_t> numbers = {3, 4, 5, 9};
  for (std::size_t i = 0; i < 4; ++i) {
    std::ranges::copy(halves[i], rows.place_of(numbers[i]).begin());
  }
  const std::vector<float> query = {2, 4};
  std::vector<float> scores(5);
  rows.scores(query, RowSet(std::vector<RowRange>{{9, 10}, {3, 6}, {4, 5}}), scores);
  EXPECT_EQ(scores,
            (std::vector<float>{2 * 0x1p-24F + 4 * 0.333251953125F, 2, -1, kNoVectorScore, -1}));
  std::vector<float> vectors(4);
  rows.decode(RowSet(RowSet::Rows{4, 3}), vectors);
  EXPECT_EQ(vectors, (std::vector<float>{0.5, -0.5, 1, 0}));
  EXPECT_TRUE(rows.place_of(6).empty());
  EXPECT_THROW(rows.scores(query, RowSet(std::vector<RowRange>{{4, 9}}), scores), std::logic_error);
  EXPECT_THROW(rows.scores(query, RowSet(std::vector<RowRange>{{5, 10}}), scores),
               std::logic_error);
}

TEST(MoleculeChunks, KeepsTheTextsOfThoseThatWereAskedForLast) {
  const auto chunk_of = [](const std::string& id) {
    auto chunk = std::make_shared<MoleculeChunk>();
    MoleculeText molecule = ethanol();
    molecule.id = id;
    chunk->add(molecule);
    return chunk;
  };
  const std::size_t size = chunk_of("a")->bytes();
  MoleculeChunks chunks(2 * size);
  for (const std::size_t number : {1U, 2U}) chunks.keep(number, chunk_of(std::to_string(number)));
  ASSERT_NE(chunks.find(1), nullptr);
  chunks.keep(3, chunk_of("3"));
  EXPECT_EQ(chunks.find(2), nullptr);
  ASSERT_NE(chunks.find(1), nullptr);
  EXPECT_EQ(chunks.find(1)->molecule(0).id, "1");
  EXPECT_EQ(chunks.find(3)->molecule(0).further, (std::vector<std::string_view>{"shelf 3", ""}));
  EXPECT_EQ(chunks.find(3)->structure(0), StructureKey("LFQSCWFLJHTTHZ"));
}

TEST(MoleculeChunks, KeepsOneThatIsLargerThanTheLimit) {
  auto chunk = std::make_shared<MoleculeChunk>();
  chunk->add(ethanol());
  MoleculeChunks chunks(1);
  chunks.keep(7, chunk);
  EXPECT_EQ(chunks.find(7), chunk);
}

}  // namespace
}  // namespace specbridge
