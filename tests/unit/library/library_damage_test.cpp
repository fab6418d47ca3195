#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "library/library.h"
#include "small_library.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "support/sealed_manifest.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::made_up;
using test::message_of;
using test::TemporaryFolder;

constexpr std::size_t kRows = 800, kDim = 768;  // vectors: 2.3 blocks of 1 MiB
constexpr std::size_t kHeader = 64;

class LibraryDamage : public ::testing::Test {
 protected:
  LibraryDamage() {
    std::vector<Molecule> molecules;
    for (std::size_t i = 0; i < kRows; ++i) {
      molecules.push_back(made_up("C", 16 + static_cast<double>(i)));
    }
    test::write_library(dir(), molecules, test::unit_rows(kRows, kDim));
  }

  fs::path dir() const { return folder_ / "lib"; }
  void flip(const std::string& name, std::size_t at) const {
    std::fstream file(shard() / name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 1));
  }
  fs::path shard() const { return dir() / "shards/0001"; }
  /// Changes a manifest and states its checksums anew, also in that of the library.
  void set(const std::string& key, const Json& value, const std::string& folder = "lib") const {
    Json json = Json::parse(test::slurp(folder_ / (folder + "/manifest.json")));
    json[key] = value;
    const std::string text = test::sealed(json);
    folder_.write(folder + "/manifest.json", text);
    if (folder == "lib") return;
    Json files = Json::parse(test::slurp(dir() / "manifest.json"))["files"];
    files["shards/0001/manifest.json"] = {{"size", text.size()}, {"sha256", sha256(text)}};
    set("files", files);
  }
  void set_in_shard(const std::string& key, const Json& value) const {
    set(key, value, "lib/shards/0001");
  }

  TemporaryFolder folder_;
};

TEST_F(LibraryDamage, OfAnotherStandardFormOfMoleculesIsRefused) {
  set("standard_form", 1);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            (dir() / "manifest.json").string() +
                ": made with standard form 1 of molecules, this program has 2 and spells some of "
                "them in another way; make it again with specbridge index");
}

TEST_F(LibraryDamage, InAVectorIsFoundWhenItsBlockIsTouchedAndNotBefore) {
  flip("vectors.f32", kHeader + (std::size_t{1} << 20) + 12);
  const Library library = Library::open(dir());
  const auto decode = [&](std::size_t row) {
    std::vector<float> vector(kDim);
    library.vectors().decode(RowSet({RowRange{row, row + 1}}), vector);
  };
  EXPECT_NO_THROW(decode(0));
  EXPECT_NO_THROW(decode(kRows - 1));
  const std::string message =
      (shard() / "vectors.f32").string() +
      ": block 2 of 3 is damaged (checksum does not hold); make or copy it again";
  EXPECT_EQ(message_of([&] { decode(400); }), message);
  const Matrix query = test::unit_rows(1, kDim);
  EXPECT_EQ(
      message_of([&] {
        std::vector<float> scores(kRows);
        library.vectors().scores(query.row(0), RowSet(std::vector<RowRange>{{0, kRows}}), scores);
      }),
      message);
}

TEST_F(LibraryDamage, InTextOrMassesIsFound) {
  for (const char* name : {"molecules.lines", "masses.f64"}) {
    flip(name, kHeader + 9);
    EXPECT_THROW(Library::open(dir()).text(0), ArtifactError) << name;
    flip(name, kHeader + 9);
    EXPECT_NO_THROW(Library::open(dir()).text(0));
  }
}

TEST_F(LibraryDamage, InTheIndexIsFoundByTheFirstOpenSearch) {
  flip("index.faiss", kHeader + 1000);
  const Library library = Library::open(dir());
  const Matrix query = test::unit_rows(1, kDim);
  EXPECT_THROW(library.nearest(query.view(), 1, {}), ArtifactError);
  EXPECT_THROW(library.nearest(query.view(), 1, {}), ArtifactError);  // again, not a crash
}

TEST_F(LibraryDamage, OfAFileThatIsMissingIsFoundAtOpen) {
  fs::remove(shard() / "masses.f64");
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            (shard() / "masses.f64").string() + ": is missing");
}

TEST_F(LibraryDamage, OfAFileThatIsShorterIsFoundAtOpen) {
  fs::resize_file(shard() / "vectors.f32", 1000);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            (shard() / "vectors.f32").string() +
                ": has 1,000 bytes, its manifest says 2,457,752 bytes; make or copy it again");
}

TEST_F(LibraryDamage, NumbersThatDoNotFitTheFilesAreRefused) {
  const auto expected = [&](const std::string& rows, const std::string& dim) {
    return shard().string() + ": the files do not hold the " + rows + " molecules of " + dim +
           " dimensions that its manifest states; build the library again";
  };
  set_in_shard("rows", kRows + 1);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            shard().string() +
                ": the files do not hold the 801 molecules that its manifest states; "
                "build it again");
  set_in_shard("rows", kRows);
  set_in_shard("dim", 767);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }), expected("800", "767"));
  set_in_shard("dim", 0);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }), expected("800", "0"));
}

TEST_F(LibraryDamage, NumbersWhoseProductsOverflowAreRefused) {
  fs::remove_all(dir());
  test::write_library(dir(), {}, Matrix(0, 8));
  set_in_shard("rows", std::uint64_t{1} << 61);
  EXPECT_THROW(Library::open(dir()), ArtifactError);
  set_in_shard("rows", 0);
  set_in_shard("dim", std::uint64_t{1} << 62);
  EXPECT_THROW(Library::open(dir()), ArtifactError);
}

TEST_F(LibraryDamage, ShardsThatTheLibraryDoesNotStateAreRefused) {
  const std::string message =
      dir().string() +
      ": its shards are not those that its manifest states; build the library again";
  set("rows", kRows + 1);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }), message);
  set("rows", kRows);
  set("molecule_encoder_fingerprint", "another");
  EXPECT_EQ(message_of([&] { Library::open(dir()); }), message);
}

TEST_F(LibraryDamage, AShardOfAnotherLibraryIsRefused) {
  test::write_library(folder_ / "other", {made_up("C", 16)}, test::unit_rows(1, kDim));
  fs::remove_all(shard());
  fs::copy(folder_ / "other/shards/0001", shard());
  EXPECT_THROW(Library::open(dir()), ArtifactError);
}

TEST_F(LibraryDamage, RowsOfATypeThatIsNotKnownAreRefused) {
  set_in_shard("row_type", "f8");
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            (shard() / "manifest.json").string() +
                ": this program knows no rows of type \"f8\"; use a newer specbridge");
}

TEST_F(LibraryDamage, OfAnOlderFormIsTold) {
  Json json = Json::parse(test::slurp(dir() / "manifest.json"));
  json.erase("shards");
  folder_.write("lib/manifest.json", test::sealed(json));
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            dir().string() +
                ": has no shards; it was made by an older specbridge, build it again "
                "with specbridge index");
}

TEST_F(LibraryDamage, OfAnotherArtifactIsTold) {
  set("artifact", "model");
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            dir().string() + ": is a model, expected a library");
}

}  // namespace
}  // namespace specbridge
