#include <gtest/gtest.h>

#include <cmath>

#include "base/json.h"
#include "library/build/shard_writer.h"
#include "library/library.h"
#include "small_library.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::made_up;
using test::message_of;
using test::TemporaryFolder;

/// What the writer says to a second molecule after ethanol at 46 Da.
std::string message_after_ethanol(const Molecule& second) {
  const TemporaryFolder folder;
  ShardWriter writer(folder.path(), test::rules(2));
  const std::vector<float> vector = {1, 0};
  writer.add({"a"}, made_up("CCO", 46), {vector});
  return message_of([&] { writer.add({"b"}, second, {vector}); });
}

TEST(ShardWriter, TakesRowsInOrderOfMassThenSmiles) {
  EXPECT_EQ(message_after_ethanol(made_up("CCO", 46.5)), "");
  EXPECT_EQ(message_after_ethanol(made_up("A", 46.5)), "");
  EXPECT_EQ(message_after_ethanol(made_up("CCP", 46)), "");
}

TEST(ShardWriter, RefusesEveryOtherOrder) {
  const std::string expected = "library rows out of order";
  EXPECT_EQ(message_after_ethanol(made_up("CCP", 45.9)), expected);
  EXPECT_EQ(message_after_ethanol(made_up("CCN", 46)), expected);
  EXPECT_EQ(message_after_ethanol(made_up("CCO", 46)), expected);
  EXPECT_EQ(message_after_ethanol(made_up("CCP", NAN)), expected);
}

TEST(ShardWriter, RefusesAVectorOfAnotherLength) {
  const TemporaryFolder folder;
  ShardWriter writer(folder.path(), test::rules(2));
  const std::vector<float> vector = {1};
  EXPECT_THROW(writer.add({"a"}, made_up("C", 16), {vector}), std::logic_error);
}

TEST(LibraryRoot, StatesWhereTheRowsComeFrom) {
  const TemporaryFolder folder;
  test::write_library(folder / "lib", {made_up("C", 16)}, test::unit_rows(1, 4));
  const Json manifest = Json::parse(test::slurp(folder / "lib/manifest.json"));
  EXPECT_EQ(manifest["artifact"], "library");
  EXPECT_EQ(manifest["rows"], 1);
  EXPECT_EQ(manifest["removed"], 0);
  EXPECT_EQ(manifest["shards"], Json::parse(R"([{"folder": "shards/0001", "rows": 1}])"));
  EXPECT_EQ(manifest["dim"], 4);
  EXPECT_EQ(manifest["row_type"], "f32");
  EXPECT_EQ(manifest["open_index"], "Flat");
  EXPECT_EQ(manifest["molecule_encoder_fingerprint"], "fingerprint");
  EXPECT_EQ(manifest["molecule_encoder_architecture"], "morgan");
  EXPECT_EQ(manifest["chemistry"], chemistry_version());
  EXPECT_EQ(manifest["counts"],
            Json::parse(R"({"read": 10, "duplicates": 2, "rejected": 1, "without_vector": 0})"));
  EXPECT_EQ(manifest["inputs"], Json::parse(R"([{"path": "in.smi", "sha256": "hash"}])"));
  EXPECT_EQ(manifest["files"].size(), 7U);
}

TEST(ShardWriter, WritesTheSameBytesForTheSameRows) {
  const TemporaryFolder folder;
  const std::vector<Molecule> molecules = {made_up("C", 16), made_up("CC", 30)};
  const Matrix vectors = test::unit_rows(2, 4);
  test::write_library(folder / "a", molecules, vectors);
  test::write_library(folder / "b", molecules, vectors);
  EXPECT_EQ(test::slurp(folder / "a/manifest.json"), test::slurp(folder / "b/manifest.json"));
}

TEST(ShardWriter, KeepsNamesAndFurtherValues) {
  const TemporaryFolder folder;
  ShardRules rules = test::rules(1);
  rules.further_columns = {"CAS", "Use"};
  const std::vector<LabelledMolecule> molecules = {
      {{"a", "methane", {"74-82-8", "fuel\tgas"}}, made_up("C", 16)},
      {{"b", "", {"", ""}}, made_up("CC", 30)}};
  test::write_labelled(folder.path(), molecules, test::unit_rows(2, 1), rules);
  const Library library = Library::open(folder.path());
  EXPECT_EQ(library.further_columns(), (std::vector<std::string>{"CAS", "Use"}));
  EXPECT_EQ(library.text(0).name, "methane");
  EXPECT_EQ(library.text(0).further, (std::vector<std::string_view>{"74-82-8", "fuel gas"}));
  EXPECT_EQ(library.text(1).name, "");
  EXPECT_EQ(library.text(1).further, (std::vector<std::string_view>{"", ""}));
}

TEST(ShardWriter, KeepsTheWholeInchikey) {
  const TemporaryFolder folder;
  const std::string key = "OKKJLVBELUTLKV-UHFFFAOYSA-N";
  test::write_library(folder.path(), {Molecule::trusted("CO", key, "CH4O", 32, 0)},
                      test::unit_rows(1, 1));
  const Library library = Library::open(folder.path());
  EXPECT_EQ(library.text(0).inchikey, key);
  EXPECT_EQ(library.text(0).inchikey14, "OKKJLVBELUTLKV");
  EXPECT_EQ(library.structure(0), StructureKey("OKKJLVBELUTLKV"));
}

TEST(ShardWriter, KeepsAnIdOnItsOwnLine) {
  const TemporaryFolder folder;
  test::write_labelled(folder.path(), {{{"a\tb\nc"}, made_up("C", 16)}}, test::unit_rows(1, 1),
                       test::rules(1));
  EXPECT_EQ(Library::open(folder.path()).text(0).id, "a b c");
}

TEST(ShardWriter, TrainsAnIndexThatNeedsIt) {
  const TemporaryFolder folder;
  std::vector<Molecule> molecules;
  for (int i = 0; i < 500; ++i) molecules.push_back(made_up("C", 16 + i));
  const Matrix vectors = test::unit_rows(500, 16);
  test::write_library(folder / "lib", molecules, vectors, "IVF4,Flat");
  const Library library = Library::open(folder / "lib");
  const auto found = library.nearest(vectors.view(), 1, {4});
  for (std::size_t row = 0; row < 500; ++row) EXPECT_EQ(found[row][0].row, row);
}

TEST(ShardWriter, RefusesAnIndexThatDoesNotSuitTheRows) {
  const TemporaryFolder folder;
  EXPECT_THROW(
      test::write_library(folder / "lib", {made_up("C", 16)}, test::unit_rows(1, 4), "IVF64,Flat"),
      UsageError);
  EXPECT_THROW(
      test::write_library(folder / "lib2", {made_up("C", 16)}, test::unit_rows(1, 4), "Flatt"),
      UsageError);
}

TEST(ShardWriter, TakesAFlatIndexForALastShardThatIsTooSmall) {
  const TemporaryFolder folder;
  std::vector<Molecule> molecules;
  for (int i = 0; i < 130; ++i) molecules.push_back(made_up("C", 16 + i));
  ShardRules rules = test::rules(8, "IVF64,Flat");
  rules.shard_rows = 128;
  test::write_library(folder / "lib", molecules, test::unit_rows(130, 8), rules);
  const auto index_of = [&](const std::string& shard) -> std::string {
    return Json::parse(
        test::slurp(folder / ("lib/shards/" + shard + "/manifest.json")))["open_index"];
  };
  EXPECT_EQ(index_of("0001"), "IVF64,Flat");
  EXPECT_EQ(index_of("0002"), "Flat");
}

TEST(ShardSeries, CutsRowsIntoShardsOfOneSize) {
  const TemporaryFolder folder;
  std::vector<Molecule> molecules;
  for (int i = 0; i < 10; ++i) molecules.push_back(made_up("C", 16 + i));
  ShardRules rules = test::rules(4);
  rules.shard_rows = 4;
  test::write_library(folder / "lib", molecules, test::unit_rows(10, 4), rules);
  const Json manifest = Json::parse(test::slurp(folder / "lib/manifest.json"));
  std::vector<std::size_t> rows;
  for (const auto& shard : manifest["shards"]) rows.push_back(shard["rows"]);
  EXPECT_EQ(rows, (std::vector<std::size_t>{4, 4, 2}));
}

}  // namespace
}  // namespace specbridge
