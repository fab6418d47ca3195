#include "bridge/training_data.h"

#include <gtest/gtest.h>

#include "support/support.h"

namespace specbridge {
namespace {

Manifest manifest_with(const TrainingData& data) {
  Manifest manifest = Manifest::make("model");
  manifest.json()["training"]["data"] = to_json(data);
  return manifest;
}

TEST(TrainingData, ReadsBackWhatItWrites) {
  TrainingData data{3,      2,         {{"Orbitrap", 2}},       {{"spectra", "a.mgf", "00"}},
                    "mine", "CC0-1.0", SpectraOrigin::simulated};
  const TrainingData read = training_data_of(manifest_with(data));
  EXPECT_EQ(to_json(read), to_json(data));
  EXPECT_EQ(read.origin, SpectraOrigin::simulated);
}

TEST(TrainingData, IsEmptyInModelsThatSayNothing) {
  const TrainingData data = training_data_of(Manifest::make("model"));
  EXPECT_EQ(data.spectra, 0U);
  EXPECT_EQ(warning_about(data, "model"), "");
}

TEST(TrainingData, NamesFilesWithoutTheirFolders) {
  const test::TemporaryFolder folder;
  TrainingData data;
  add_files(data, "spectra", {folder.write("a.mgf", "abc"), "-"});
  ASSERT_EQ(data.files.size(), 2U);
  EXPECT_EQ(data.files[0].name, "a.mgf");
  EXPECT_EQ(data.files[0].sha256.substr(0, 8), "ba7816bf");
  EXPECT_EQ(data.files[1].sha256, "");
  EXPECT_EQ(to_json(data).dump().find(folder.path().string()), std::string::npos);
}

TEST(TrainingData, WarnsOfSimulatedSpectraInTheWordsOfTheMaker) {
  TrainingData data;
  data.origin = SpectraOrigin::simulated;
  EXPECT_EQ(
      warning_about(data, "model/"),
      "model/: was trained on simulated spectra; its answers to measured spectra mean little");
  data.description = "fragments\nof mine";
  EXPECT_EQ(warning_about(data, "m"),
            "m: was trained on simulated spectra (fragments of mine); its answers to measured "
            "spectra mean little");
}

TEST(TrainingData, RefusesAManifestThatSaysSomethingElse) {
  Manifest manifest = Manifest::make("model");
  manifest.json()["training"]["data"] = {{"spectra", "many"}};
  EXPECT_NE(test::message_of([&] { training_data_of(manifest); }), "");
}

}  // namespace
}  // namespace specbridge
