#include "bridge/bridge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <span>

#include "base/json.h"
#include "bridge/model_manifest.h"
#include "specbridge/bridge_shape.h"
#include "specbridge/error.h"
#include "specbridge/precision.h"
#include "specbridge/training_result.h"
#include "store/manifest.h"
#include "store/safetensors.h"
#include "support/support.h"
#include "toy_problem.h"
#include "train/model_writer.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;
using test::toy_context;
using test::toy_inputs;

const std::string kMoleculeEncoder(64, 'a');

/// A model directory trained for a few steps, as the pipeline makes it.
class TrainedBridge : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ENCODER();
    auto input = test::toy_problem(6, 3);
    auto settings = test::toy_settings();
    settings.epochs = 5;
    settings.validations = 1;
    input.validation = inputs_;
    input.validate = [this](const Matrix& vectors) {
      seen_in_training_ = vectors;
      return ValidationFigures{};
    };
    fs::copy(test::tiny_encoder(), folder_ / "spectrum-encoder", fs::copy_options::recursive);
    const auto result =
        train_model(input, settings, Precision::bfloat16, folder_.path(), toy_context());
    write_model_manifest(folder_.path(), settings, std::span(&result, 1),
                         {kMoleculeEncoder, {{"[M+H]+", 4}, {"[M-H]-", 2}}}, toy_context());
  }

  Bridge load(std::size_t threads = 1) const {
    return Bridge::load(folder_.path(), toy_context(threads));
  }
  std::string refusal() const {
    return message_of([&] { load(); });
  }
  fs::path trained() const { return folder_ / "trained.safetensors"; }
  /// Changes the manifest and lists the files anew, so that all checksums hold.
  void sign(const std::function<void(Json&)>& change) const {
    Manifest manifest = Manifest::make("model");
    manifest.json() = Json::parse(test::slurp(folder_ / "manifest.json"));
    change(manifest.json());
    manifest.write(folder_.path());
  }

  const TemporaryFolder folder_;
  const std::vector<PeakRows> inputs_ =
      toy_inputs({3, 60, 5, 17, 30, 8, 9, 11, 4, 4, 5, 6, 3, 12, 7, 7, 2, 1, 45, 6, 5});
  Matrix seen_in_training_;
};

std::vector<float> values_of(const Matrix& matrix) {
  return {matrix.values().begin(), matrix.values().end()};
}

TEST_F(TrainedBridge, GivesTheVectorsThatTrainingValidatedWith) {
  const auto loaded = values_of(load().embed(inputs_));
  const auto seen = values_of(seen_in_training_);
  ASSERT_EQ(loaded.size(), seen.size());
  // A network whose weights train runs another graph of the same operations: float32 rounding.
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(loaded[i], seen[i], 1e-5);
}

TEST_F(TrainedBridge, RowsHaveUnitLength) {
  const Matrix vectors = load().embed(inputs_);
  ASSERT_EQ(vectors.rows(), inputs_.size());
  ASSERT_EQ(vectors.cols(), 16U);
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    EXPECT_NEAR(dot(vectors.row(i), vectors.row(i)), 1, 1e-5);
  }
}

TEST_F(TrainedBridge, ARowHasTheSameBitsInAnyCompany) {
  const Bridge bridge = load();
  const Matrix together = bridge.embed(inputs_);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const Matrix alone = bridge.embed({&inputs_[i], 1});
    EXPECT_TRUE(std::equal(alone.row(0).begin(), alone.row(0).end(), together.row(i).begin())) << i;
  }
}

TEST_F(TrainedBridge, ThreadsAndInFlightChangeNoBit) {
  const auto one = values_of(load(1).embed(inputs_));
  EXPECT_EQ(values_of(load(2).embed(inputs_)), one);
  EXPECT_EQ(values_of(load(2).embed(inputs_, 1)), one);
}

TEST_F(TrainedBridge, KnowsWhatItWasTrainedWith) {
  const Bridge bridge = load();
  EXPECT_EQ(bridge.dim(), 16U);
  EXPECT_EQ(describe_model(folder_.path()).profile.name, "dreams");
  EXPECT_EQ(describe_model(folder_.path()).profile.max_peaks, 60U);
  EXPECT_EQ(bridge.molecule_encoder_fingerprint(), kMoleculeEncoder);
  EXPECT_EQ(bridge.fingerprint().size(), 64U);
  EXPECT_EQ(bridge.trained_adducts(),
            (std::map<std::string, std::size_t>{{"[M+H]+", 4}, {"[M-H]-", 2}}));
  EXPECT_NEAR(dot(bridge.mean_target(), bridge.mean_target()), 1, 1e-5);
}

TEST_F(TrainedBridge, NoSpectraGiveNoRows) {
  EXPECT_EQ(load().embed({}).rows(), 0U);
}

TEST_F(TrainedBridge, RefusesAFileWithAFlippedByte) {
  std::string bytes = test::slurp(trained());
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(trained(), std::ios::binary) << bytes;
  const std::string message = refusal();
  EXPECT_TRUE(message.starts_with(trained().string() + ": SHA-256 is ")) << message;
  EXPECT_TRUE(message.ends_with("; the file was changed or damaged, make or copy it again"))
      << message;
}

TEST_F(TrainedBridge, RefusesAManifestThatDoesNotBelongToTheWeights) {
  sign([](Json& json) { json["shape"]["head_out"] = 21; });
  const std::string message = refusal();
  EXPECT_TRUE(message.starts_with(folder_.path().string() + ": fingerprint is ")) << message;
  EXPECT_TRUE(
      message.ends_with("; weights, encoder and manifest do not belong together, copy the whole "
                        "directory again"))
      << message;
}

TEST_F(TrainedBridge, RefusesAManifestWithoutAFingerprint) {
  sign([](Json& json) { json.erase("fingerprint"); });
  EXPECT_EQ(refusal(), (folder_ / "manifest.json").string() + ": lacks \"fingerprint\"");
}

TEST_F(TrainedBridge, RefusesAModelOfAnotherStandardFormOfMolecules) {
  sign([](Json& json) { json["standard_form"] = 1; });
  EXPECT_EQ(refusal(), (folder_ / "manifest.json").string() +
                           ": made with standard form 1 of molecules, this program has 2 and "
                           "spells some of them in another way; make it again with specbridge "
                           "train");
}

TEST_F(TrainedBridge, AModelNeedNotSayWhichAdductsItWasTrainedOn) {
  sign([](Json& json) { json["training"].erase("adducts"); });
  EXPECT_TRUE(load().trained_adducts().empty());
}

TEST_F(TrainedBridge, RefusesAdductsThatAreNoCounts) {
  sign([](Json& json) { json["training"]["adducts"] = {{"[M+H]+", "many"}}; });
  EXPECT_TRUE(refusal().starts_with((folder_ / "manifest.json").string() +
                                    ": \"training.adducts\" is no object of counts"))
      << refusal();
}

TEST_F(TrainedBridge, RefusesAModelWithoutItsEncoder) {
  fs::remove(folder_ / "spectrum-encoder" / "model.pt");
  EXPECT_EQ(refusal(), (folder_ / "spectrum-encoder" / "model.pt").string() + ": is missing");
}

}  // namespace
}  // namespace specbridge
