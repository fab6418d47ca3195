#include "store/manifest.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "specbridge/error.h"
#include "store/file.h"
#include "support/sealed_manifest.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;

/// A library directory with two files, written by the class itself.
class ManifestFile : public ::testing::Test {
 protected:
  ManifestFile() {
    fs::create_directory(folder_ / "lib");
    folder_.write("lib/a.bin", "abc");
    fs::create_directory(folder_ / "lib/part");
    folder_.write("lib/part/b.bin", "");
    Manifest manifest = Manifest::make("library");
    manifest.json()["rows"] = 12;
    manifest.json()["note"] = "text";
    manifest.write(dir());
  }

  fs::path dir() const { return folder_ / "lib"; }
  std::string file() const { return dir() / "manifest.json"; }
  Json written() const { return Json::parse(test::slurp(file())); }
  /// What opening says about a manifest after a change to its JSON, without the path before it.
  std::string message_with(const Json& json) const {
    folder_.write("lib/manifest.json", json.is_object() ? test::sealed(json) : json.dump());
    const std::string message = message_of([&] { Manifest::open(dir()); });
    return message.starts_with(file()) ? message.substr(file().size()) : message;
  }
  std::string message_with(const std::string& key, const Json& value) const {
    Json json = written();
    json[key] = value;
    return message_with(json);
  }

  TemporaryFolder folder_;
};

TEST_F(ManifestFile, ListsEveryFileWithSizeAndSha256) {
  const Json files = written()["files"];
  EXPECT_EQ(files, Json::parse(R"({
              "a.bin": {"size": 3, "sha256":
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
              "part/b.bin": {"size": 0, "sha256":
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}})"));
}

TEST_F(ManifestFile, GivesBackItsFields) {
  const Manifest manifest = Manifest::open(dir(), "library");
  EXPECT_EQ(manifest.artifact(), "library");
  EXPECT_EQ(manifest.number("rows"), 12U);
  EXPECT_EQ(manifest.number("format_version"), 1U);
  EXPECT_EQ(manifest.text("note"), "text");
  EXPECT_EQ(manifest.field("made_by")["program"], "specbridge");
  EXPECT_EQ(manifest.dir(), dir());
  EXPECT_NO_THROW(manifest.verify_checksums());
}

TEST_F(ManifestFile, NamesAFieldThatIsAbsentOrOfAnotherType) {
  const Manifest manifest = Manifest::open(dir());
  EXPECT_EQ(message_of([&] { manifest.field("dim"); }), file() + ": lacks \"dim\"");
  EXPECT_EQ(message_of([&] { manifest.text("rows"); }), file() + ": \"rows\" is not a text");
  EXPECT_EQ(message_of([&] { manifest.number("note"); }),
            file() + ": \"note\" is not a whole number");
}

TEST_F(ManifestFile, IsRefusedWhenItIsAnotherArtifact) {
  EXPECT_EQ(message_of([&] { Manifest::open(dir(), "model"); }),
            dir().string() + ": is a library, expected a model");
}

TEST_F(ManifestFile, IsRefusedWhereThereIsNone) {
  const std::string missing = folder_ / "missing", place = folder_.path();
  EXPECT_EQ(message_of([&] { Manifest::open(missing); }), missing + ": does not exist");
  EXPECT_EQ(message_of([&] { Manifest::open(place); }),
            place + ": has no manifest.json; expected an encoder, model or library directory");
}

TEST_F(ManifestFile, IsRefusedWhenItIsNotJson) {
  folder_.write("lib/manifest.json", "{");
  EXPECT_THROW(Manifest::open(dir()), ArtifactError);
  EXPECT_EQ(message_with(Json::array()), ": expected a JSON object");
}

TEST_F(ManifestFile, IsRefusedWithAnUnknownKindOrVersion) {
  EXPECT_EQ(message_with("artifact", "picture"), ": unknown kind of artifact \"picture\"");
  const Json without_kind = Json::parse(R"({"format_version": 1, "files": {}})");
  EXPECT_EQ(message_with(without_kind), ": lacks \"artifact\"");
}

TEST_F(ManifestFile, IsRefusedWhenItsVersionIsNewer) {
  EXPECT_EQ(message_with("format_version", 2),
            ": written in format 2, this program reads up to 1; use a newer specbridge");
}

TEST_F(ManifestFile, IsRefusedWhenItsVersionIsNoNumber) {
  EXPECT_EQ(message_with("format_version", "1"), ": \"format_version\" is not a whole number");
}

TEST_F(ManifestFile, IsRefusedWithoutAProperListOfFiles) {
  EXPECT_EQ(message_with("files", "all"), ": \"files\" is not an object");
  EXPECT_EQ(message_with("files", {{"a.bin", 3}}), ": \"a.bin\" lacks size or sha256");
  EXPECT_EQ(message_with("files", {{"a.bin", {{"size", 3}}}}), ": \"a.bin\" lacks size or sha256");
  EXPECT_EQ(message_with("files", {{"a.bin", {{"size", -3}, {"sha256", ""}}}}),
            ": \"a.bin\" lacks size or sha256");
  Json without = written();
  without.erase("files");
  EXPECT_EQ(message_with(without), ": lacks \"files\"");
}

TEST_F(ManifestFile, IsRefusedWhenAFileNameLeavesTheDirectory) {
  for (const std::string name : {"../a.bin", "part/../../a.bin", "/etc/passwd", ""}) {
    EXPECT_EQ(message_with("files", {{name, {{"size", 3}, {"sha256", ""}}}}),
              ": file name \"" + name + "\" leaves the directory");
  }
}

TEST_F(ManifestFile, IsRefusedWhenAFileIsMissing) {
  fs::remove(dir() / "a.bin");
  EXPECT_EQ(message_of([&] { Manifest::open(dir()); }),
            (dir() / "a.bin").string() + ": is missing");
}

TEST_F(ManifestFile, IsRefusedWhenASizeDiffers) {
  folder_.write("lib/a.bin", std::string(1234, 'x'));
  EXPECT_EQ(message_of([&] { Manifest::open(dir()); }),
            (dir() / "a.bin").string() +
                ": has 1,234 bytes, its manifest says 3 bytes; make or copy it again");
}

TEST_F(ManifestFile, FindsAChangeThatKeepsTheSize) {
  folder_.write("lib/a.bin", "abd");
  const Manifest manifest = Manifest::open(dir());
  // Source of the digests: sha256sum
  EXPECT_EQ(message_of([&] { manifest.verify_checksums(); }),
            (dir() / "a.bin").string() +
                ": SHA-256 is a52d159f262b..., its manifest says ba7816bf8f01...; the file was "
                "changed or damaged, make or copy it again");
}

TEST_F(ManifestFile, LeavesOutOfTheCheckWhatIsHashedElsewhere) {
  folder_.write("lib/a.bin", "abd");
  const Manifest manifest = Manifest::open(dir());
  EXPECT_NO_THROW(manifest.verify_checksums({"a.bin"}));
  EXPECT_THROW(manifest.verify_checksums({"part/b.bin"}), ArtifactError);
}

/// A model with an encoder in a folder of its own.
class ManifestWithPart : public ::testing::Test {
 protected:
  ManifestWithPart() {
    fs::create_directories(dir() / "encoder");
    folder_.write("model/encoder/net.pt", "network");
    folder_.write("model/weights", "weights");
    Manifest::make("spectrum-encoder").write(dir() / "encoder");
    Manifest::make("model").write(dir());
  }
  fs::path dir() const { return folder_ / "model"; }

  TemporaryFolder folder_;
};

TEST_F(ManifestWithPart, NamesTheFilesThatThePartChecks) {
  EXPECT_EQ(Manifest::open(dir()).files_of_part("encoder"),
            (std::vector<std::string>{"encoder/manifest.json", "encoder/net.pt"}));
}

TEST_F(ManifestWithPart, RefusesAPartWhoseManifestWasChanged) {
  folder_.write("model/encoder/net.pt", "Network");
  Manifest::make("spectrum-encoder").write(dir() / "encoder");  // in itself, the part is whole
  const Manifest manifest = Manifest::open(dir());
  EXPECT_TRUE(message_of([&] {
                manifest.files_of_part("encoder");
              }).starts_with((dir() / "encoder/manifest.json").string() + ": SHA-256 is "));
}

TEST_F(ManifestWithPart, RefusesAPartThatStatesAnotherSum) {
  Json json = Json::parse(test::slurp(dir() / "manifest.json"));
  json["files"]["encoder/net.pt"]["sha256"] = std::string(64, 'a');
  folder_.write("model/manifest.json", test::sealed(json));
  const Manifest manifest = Manifest::open(dir());
  // Source of the digest: sha256sum
  EXPECT_EQ(message_of([&] { manifest.files_of_part("encoder"); }),
            (dir() / "encoder/net.pt").string() +
                ": its manifest says SHA-256 3009be769fb8..., that of " + dir().string() +
                " says aaaaaaaaaaaa...; they do not belong together, copy the whole directory "
                "again");
}

TEST_F(ManifestWithPart, RefusesAPartWithAFileThatIsNotListedHere) {
  Json json = Json::parse(test::slurp(dir() / "manifest.json"));
  json["files"].erase("encoder/net.pt");
  folder_.write("model/manifest.json", test::sealed(json));
  const Manifest manifest = Manifest::open(dir());
  EXPECT_EQ(
      message_of([&] { manifest.files_of_part("encoder"); }),
      (dir() / "manifest.json").string() + ": does not list encoder/net.pt; make or copy it again");
}

TEST_F(ManifestFile, BlamesTheArtifactForAFileThatVanishes) {
  const Manifest manifest = Manifest::open(dir());
  fs::remove(dir() / "a.bin");
  EXPECT_THROW(manifest.verify_checksums(), ArtifactError);
}

TEST_F(ManifestFile, CanBeWrittenAgainOverItself) {
  Manifest manifest = Manifest::open(dir());
  manifest.json()["rows"] = 13;
  manifest.write(dir());
  EXPECT_EQ(Manifest::open(dir()).number("rows"), 13U);
  EXPECT_EQ(written()["files"].size(), 2U);
}

}  // namespace
}  // namespace specbridge
