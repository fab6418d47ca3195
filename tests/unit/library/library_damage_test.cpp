#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "library/library.h"
#include "small_library.h"
#include "specbridge/error.h"
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
    std::fstream file(dir() / name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 1));
  }
  void set(const std::string& key, const Json& value) const {
    Json json = Json::parse(test::slurp(dir() / "manifest.json"));
    json[key] = value;
    folder_.write("lib/manifest.json", test::sealed(json));
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
  EXPECT_NO_THROW(library.vector(0));
  EXPECT_NO_THROW(library.vector(kRows - 1));
  const std::string message =
      (dir() / "vectors.f32").string() +
      ": block 2 of 3 is damaged (checksum does not hold); make or copy it again";
  EXPECT_EQ(message_of([&] { library.vector(400); }), message);
  const Matrix query = test::unit_rows(1, kDim);
  EXPECT_EQ(
      message_of([&] {
        std::vector<float> scores(kRows);
        library.vectors().scores(query.row(0), RowSet(std::vector<RowRange>{{0, kRows}}), scores);
      }),
      message);
}

TEST_F(LibraryDamage, InTextMassesOrOffsetsIsFound) {
  for (const char* name : {"molecules.bin", "masses.f64", "offsets.u64"}) {
    flip(name, kHeader + 9);
    const Library library = Library::open(dir());
    EXPECT_THROW(library.text(0), ArtifactError) << name;
    flip(name, kHeader + 9);
    EXPECT_NO_THROW(Library::open(dir()).text(0));
  }
}

TEST_F(LibraryDamage, InTheIndexIsFoundByTheFirstOpenSearch) {
  flip("index.faiss", kHeader + 1000);
  const Library library = Library::open(dir());
  const Matrix query = test::unit_rows(1, kDim);
  EXPECT_THROW(library.nearest(query.view(), 1, 0), ArtifactError);
  EXPECT_THROW(library.nearest(query.view(), 1, 0), ArtifactError);  // again, not a crash
}

TEST_F(LibraryDamage, OfAFileThatIsMissingIsFoundAtOpen) {
  fs::remove(dir() / "masses.f64");
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            (dir() / "masses.f64").string() + ": is missing");
}

TEST_F(LibraryDamage, OfAFileThatIsShorterIsFoundAtOpen) {
  fs::resize_file(dir() / "vectors.f32", 1000);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            (dir() / "vectors.f32").string() +
                ": has 1,000 bytes, its manifest says 2,457,752 bytes; make or copy it again");
}

TEST_F(LibraryDamage, NumbersThatDoNotFitTheFilesAreRefused) {
  const auto expected = [&](const std::string& rows, const std::string& dim) {
    return dir().string() + ": the files do not hold the " + rows + " molecules of " + dim +
           " dimensions that its manifest states; build the library again";
  };
  set("rows", kRows + 1);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            dir().string() +
                ": the files do not hold the 801 molecules that its manifest states; "
                "build it again");
  set("rows", kRows);
  set("dim", 767);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }), expected("800", "767"));
  set("dim", 0);
  EXPECT_EQ(message_of([&] { Library::open(dir()); }), expected("800", "0"));
}

TEST_F(LibraryDamage, NumbersWhoseProductsOverflowAreRefused) {
  fs::remove_all(dir());
  test::write_library(dir(), {}, Matrix(0, 8));
  set("rows", std::uint64_t{1} << 61);
  EXPECT_THROW(Library::open(dir()), ArtifactError);
  set("rows", 0);
  set("dim", std::uint64_t{1} << 62);
  EXPECT_THROW(Library::open(dir()), ArtifactError);
}

TEST_F(LibraryDamage, OfAnotherArtifactIsTold) {
  set("artifact", "model");
  EXPECT_EQ(message_of([&] { Library::open(dir()); }),
            dir().string() + ": is a model, expected a library");
}

}  // namespace
}  // namespace specbridge
