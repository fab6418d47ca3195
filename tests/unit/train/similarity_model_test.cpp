#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "base/json.h"
#include "bridge/bridge.h"
#include "bridge/model_manifest.h"
#include "bridge/packed_model.h"
#include "specbridge/error.h"
#include "store/safetensors.h"
#include "support/support.h"
#include "toy_problem.h"
#include "train/model_writer.h"
#include "train/trainer.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::slurp;
using test::TemporaryFolder;
using test::toy_context;

TrainSettings similarity_settings() {
  TrainSettings settings = default_settings(TrainingObjective::similarity);
  settings.shape = {24, 20, 0, 28};
  settings.vector_dim = 12;
  settings.learning_rate = 3e-3;
  settings.batch = 16;
  settings.epochs = 10;
  settings.triplet_weight = 1;
  settings.tanimoto_weight = 1;
  settings.validations = 0;
  return settings;
}

/// Toy spectra of molecules whose fingerprints have 16 bits.
TrainingInput similarity_problem(std::size_t molecules, std::size_t spectra_each) {
  TrainingInput input = test::toy_problem(molecules, spectra_each);
  for (float& value : input.targets.values()) value = value > 0 ? 1 : 0;
  return input;
}

std::vector<Json> metrics_of(const fs::path& dir) {
  std::vector<Json> lines;
  std::istringstream text(slurp(dir / "metrics.jsonl"));
  for (std::string line; std::getline(text, line);) lines.push_back(Json::parse(line));
  return lines;
}

class SimilarityTrainer : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_ENCODER(); }

  TrainingResult train(const TrainSettings& settings, const TrainingInput& input,
                       std::size_t threads = 1) const {
    return train_model(input, settings, Precision::float32, folder_.path(), toy_context(threads));
  }
  const TemporaryFolder folder_;
};

TEST_F(SimilarityTrainer, BringsEveryTermDown) {
  auto settings = similarity_settings();
  settings.epochs = 60;
  train(settings, similarity_problem(8, 4));
  const auto lines = metrics_of(folder_.path());
  const Json &first = lines.front(), &last = lines.back();
  EXPECT_GT(first["supcon"], std::log(3.0) + 0.5);
  EXPECT_LT(last["supcon"], std::log(3.0) + 0.1);  // the least that three equal replicates allow
  EXPECT_LT(last["tanimoto"], 0.5 * first["tanimoto"].get<double>());
  EXPECT_LT(last["loss"], 0.7 * first["loss"].get<double>());
}

TEST_F(SimilarityTrainer, WritesTheTermsThatItHas) {
  auto settings = similarity_settings();
  settings.max_steps = 1;
  settings.triplet_weight = 0;
  train(settings, similarity_problem(4, 2));
  const auto line = metrics_of(folder_.path()).front();
  EXPECT_TRUE(line.contains("supcon"));
  EXPECT_TRUE(line.contains("tanimoto"));
  EXPECT_FALSE(line.contains("triplet"));
  EXPECT_FALSE(line.contains("mse"));
}

TEST_F(SimilarityTrainer, NeedsNoFingerprintsWithoutTheTanimotoTerm) {
  auto settings = similarity_settings();
  settings.max_steps = 3;
  settings.tanimoto_weight = 0;
  auto input = similarity_problem(4, 3);
  input.targets = Matrix(4, 0);
  const auto result = train(settings, input);
  EXPECT_EQ(result.steps, 3U);
  EXPECT_EQ(result.dim, 12U);
  EXPECT_TRUE(std::isfinite(result.final_loss));
}

TEST_F(SimilarityTrainer, HasVectorsOfTheSizeAskedForAndNoMeanTarget) {
  auto settings = similarity_settings();
  settings.max_steps = 1;
  train(settings, similarity_problem(4, 2));
  const auto tensors = read_safetensors(folder_ / "trained.safetensors");
  EXPECT_EQ(tensors.at("mapB.W").shape, (std::vector<std::int64_t>{12, 20}));
  EXPECT_FALSE(fs::exists(folder_ / "mean_target.f32"));
}

TEST_F(SimilarityTrainer, StopsWhenTheLossIsNotFinite) {
  auto input = similarity_problem(4, 4);
  for (auto& example : input.examples) example.input.rows[2] = std::nanf("");
  EXPECT_EQ(message_of([&] { train(similarity_settings(), input); }),
            "training: the loss was not finite 3 steps in a row (step 3); lower learning_rate (now "
            "0.003)");
}

TEST_F(SimilarityTrainer, AControlIsValidatedAtItsEndAlone) {
  auto settings = similarity_settings();
  settings.labels = "shuffled";
  settings.max_steps = 4;
  settings.validations = 4;
  auto input = similarity_problem(4, 2);
  input.validation = {input.examples[0].input};
  std::size_t validated = 0;
  input.validate = [&](const Matrix&) {
    return ValidationFigures{validated++ == 0 ? 0.9 : 0.1, 0, 0, 0};
  };
  EXPECT_EQ(train(settings, input).best_step, 4U);
  EXPECT_EQ(validated, 1U);
}

class SimilarityBytes : public SimilarityTrainer,
                        public testing::WithParamInterface<std::size_t> {};

TEST_P(SimilarityBytes, TheSameSeedAndThreadsGiveTheSameFiles) {
  auto settings = similarity_settings();
  settings.drop_peak_probability = 0.2;
  settings.mz_jitter_ppm = 5;
  settings.dropout = 0.1;
  const auto input = similarity_problem(10, 4);
  const TemporaryFolder other;
  train(settings, input, GetParam());
  train_model(input, settings, Precision::float32, other.path(), toy_context(GetParam()));
  for (const char* file : {"trained.safetensors", "metrics.jsonl"}) {
    EXPECT_FALSE(slurp(folder_ / file).empty()) << file;
    EXPECT_EQ(slurp(folder_ / file), slurp(other / file)) << file;
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, SimilarityBytes, testing::Values(1, 2));

/// A model directory of similarity, as the pipeline makes it.
class SimilarityModel : public SimilarityTrainer {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ENCODER();
    auto settings = similarity_settings();
    auto input = similarity_problem(6, 3);
    settings.epochs = 2;
    settings.validations = 1;
    input.validation = inputs_;
    input.validate = [this](const Matrix& vectors) {
      seen_in_training_ = vectors;
      return ValidationFigures{};
    };
    fs::copy(test::tiny_encoder(), folder_ / "spectrum-encoder", fs::copy_options::recursive);
    const auto result = train(settings, input);
    write_model_manifest(folder_.path(), settings, std::span(&result, 1), {{}, {}}, toy_context());
  }

  const std::vector<PeakRows> inputs_ = test::toy_inputs({3, 60, 5, 17, 30, 8, 2});
  Matrix seen_in_training_;
};

TEST_F(SimilarityModel, EmbedsAsItDidInTraining) {
  const Bridge model = Bridge::load(folder_.path(), toy_context(2));
  EXPECT_EQ(model.objective(), TrainingObjective::similarity);
  EXPECT_EQ(model.dim(), 12U);
  EXPECT_TRUE(model.mean_target().empty());
  const Matrix vectors = model.embed(inputs_);
  ASSERT_EQ(vectors.values().size(), seen_in_training_.values().size());
  // As of a bridge: a network whose weights train runs another graph of the same operations.
  for (std::size_t i = 0; i < vectors.values().size(); ++i) {
    EXPECT_NEAR(vectors.values()[i], seen_in_training_.values()[i], 1e-5);
  }
}

TEST_F(SimilarityModel, SaysWhatItIsAndRefusesMolecules) {
  const ModelInfo info = describe_model(folder_.path());
  EXPECT_EQ(info.objective, TrainingObjective::similarity);
  EXPECT_EQ(info.molecule_encoder_fingerprint, "");
  EXPECT_EQ(message_of([&] { demand_molecules(info, "model"); }),
            "model: was trained with --objective similarity and knows spectra alone, no molecules; "
            "expected a model that specbridge train made without it");
}

TEST_F(SimilarityModel, CanBePacked) {
  const TemporaryFolder packed;
  pack_model(folder_.path(), packed.path(), "");
  const Bridge model = Bridge::load(packed.path(), toy_context());
  EXPECT_EQ(model.objective(), TrainingObjective::similarity);
  const Matrix whole = Bridge::load(folder_.path(), toy_context()).embed(inputs_);
  const Matrix rounded = model.embed(inputs_);
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    EXPECT_GT(dot(whole.row(i), rounded.row(i)), 0.999F);
  }
}

}  // namespace
}  // namespace specbridge
