#include "encode/scripted_spectrum_encoder.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/random.h"
#include "encode/micro_batches.h"
#include "nn/torch_runtime.h"
#include "specbridge/error.h"
#include "support/support.h"
#include "tiny_encoders.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

const c10::Device kCpu(c10::kCPU);

PeakRows spectrum(Random& random, std::size_t rows) {
  PeakRows input{{static_cast<float>(150 + 500 * random.uniform()), 1.1F}};
  for (std::size_t i = 1; i < rows; ++i) {
    input.rows.push_back(static_cast<float>(50 + 400 * random.uniform()));
    input.rows.push_back(static_cast<float>(random.uniform()));
  }
  return input;
}

std::vector<PeakRows> spectra(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<PeakRows> inputs;
  for (std::size_t i = 0; i < count; ++i) inputs.push_back(spectrum(random, 1 + random.below(61)));
  return inputs;
}

/// Embeds as inference does.
at::Tensor embed(const ScriptedSpectrumEncoder& encoder, std::span<const PeakRows> inputs,
                 std::size_t threads, std::size_t in_flight = 0) {
  std::vector<std::size_t> lengths;
  for (const PeakRows& input : inputs) lengths.push_back(padded_length(input.count()));
  const at::Tensor vectors = at::empty(
      {static_cast<std::int64_t>(inputs.size()), static_cast<std::int64_t>(encoder.info().dim)});
  run_micro_batches(lengths, threads, in_flight, [&](const MicroBatch& batch) {
    std::vector<PeakRows> items;
    for (const std::size_t i : batch.indices) items.push_back(inputs[i]);
    const at::Tensor rows = encoder.forward(pack_peaks(items, batch.length));
    for (std::size_t i = 0; i < batch.filled; ++i) {
      vectors[static_cast<std::int64_t>(batch.indices[i])].copy_(
          rows[static_cast<std::int64_t>(i)]);
    }
  });
  return vectors;
}

/// Every row has the same bits alone, at every place of a micro-batch, in other company, on two
/// threads.
void expect_rows_of_their_own(const ScriptedSpectrumEncoder& encoder, std::size_t items) {
  std::vector<PeakRows> inputs = spectra(items, 3);
  const at::Tensor together = embed(encoder, inputs, 1);
  EXPECT_TRUE(at::equal(embed(encoder, inputs, 2, 32), together));
  for (std::size_t shift = 1; shift <= kMicroBatchRows; ++shift) {
    std::rotate(inputs.begin(), inputs.begin() + 1, inputs.end());
    const at::Tensor rotated = embed(encoder, inputs, 1 + shift % 2);
    const at::Tensor expected = together.roll(-static_cast<std::int64_t>(shift), 0);
    EXPECT_TRUE(at::equal(rotated, expected)) << "rotated by " << shift;
  }
  std::rotate(inputs.rbegin(), inputs.rbegin() + kMicroBatchRows, inputs.rend());
  for (std::size_t i = 0; i < inputs.size(); i += 5) {
    const at::Tensor alone = embed(encoder, std::span(inputs).subspan(i, 1), 1);
    EXPECT_TRUE(at::equal(alone[0], together[static_cast<std::int64_t>(i)])) << "alone: " << i;
  }
}

class TinySpectrumEncoder : public testing::Test {
 protected:
  fs::path dir() const { return folder_ / "encoder"; }
  ScriptedSpectrumEncoder load(const test::ManifestChange& change = {}) const {
    test::write_tiny_spectrum_encoder(dir(), change);
    return ScriptedSpectrumEncoder::load(dir(), kCpu);
  }
  /// What loading says, without the folder.
  std::string refusal(const test::ManifestChange& change) const {
    const std::string message = test::message_of([&] { load(change); });
    const std::string start = dir().string() + "/";
    return message.starts_with(start) ? message.substr(start.size()) : message;
  }

  TemporaryFolder folder_;
};

TEST_F(TinySpectrumEncoder, TellsWhatItsManifestStates) {
  const ScriptedSpectrumEncoder encoder = load();
  EXPECT_EQ(encoder.info().architecture, "tiny");
  EXPECT_EQ(encoder.info().fingerprint, "0123");
  EXPECT_EQ(encoder.info().dim, 8U);
  EXPECT_EQ(encoder.info().blocks, 2U);
  EXPECT_EQ(encoder.info().profile.max_peaks, 60U);
  EXPECT_EQ(describe_spectrum_encoder(dir()).dim, 8U);
}

TEST_F(TinySpectrumEncoder, GivesTheSameVectorWhereverItIsCut) {
  const ScriptedSpectrumEncoder encoder = load();
  const at::Tensor peaks = pack_peaks(spectra(3, 1), 64);
  const at::Tensor whole = encoder.forward(peaks);
  for (const std::int64_t n : {0, 1, 2, 3}) {
    EXPECT_TRUE(at::equal(encoder.suffix(encoder.prefix(peaks, n), n), whole)) << n;
  }
}

TEST_F(TinySpectrumEncoder, ListsTheParametersOfItsLastBlocks) {
  const ScriptedSpectrumEncoder encoder = load();
  const auto names = [&](std::int64_t n) {
    std::string text;
    for (const auto& parameter : encoder.parameters_of_last(n)) {
      text += parameter.name + (parameter.in_block ? "* " : " ");
    }
    return text;
  };
  EXPECT_EQ(names(0), "");
  EXPECT_EQ(names(1), "block1* ");
  EXPECT_EQ(names(2), "block0* block1* ");
  EXPECT_EQ(names(3), "block0* block1* input output ");
  EXPECT_EQ(test::message_of([&] { names(4); }),
            (dir() / "model.pt").string() + ": has 2 blocks, cannot train the last 4");
}

TEST_F(TinySpectrumEncoder, GivesGradientsToTheSuffixOnly) {
  const ScriptedSpectrumEncoder encoder = load();
  for (const auto& parameter : encoder.parameters_of_last(3)) {
    EXPECT_FALSE(parameter.tensor.requires_grad()) << parameter.name;
  }
  const at::Tensor block = encoder.parameters_of_last(1).front().tensor;
  block.set_requires_grad(true);
  const auto state = encoder.prefix(pack_peaks(spectra(3, 1), 64), 1);
  EXPECT_FALSE(state.front().requires_grad());
  encoder.suffix(state, 1).sum().backward();
  EXPECT_GT(block.grad().abs().sum().item<float>(), 0);
}

TEST_F(TinySpectrumEncoder, TakesNewValuesByName) {
  ScriptedSpectrumEncoder encoder = load();
  const at::Tensor peaks = pack_peaks(spectra(1, 1), 64);
  const at::Tensor before = encoder.forward(peaks);
  encoder.assign("output", at::zeros({8, 8}));
  EXPECT_EQ(encoder.forward(peaks).abs().sum().item<float>(), 0);
  EXPECT_NE(before.abs().sum().item<float>(), 0);
}

TEST_F(TinySpectrumEncoder, RefusesValuesOfUnknownNameOrShape) {
  ScriptedSpectrumEncoder encoder = load();
  const std::string where = (dir() / "model.pt").string();
  EXPECT_EQ(test::message_of([&] {
              encoder.assign("outptu", at::zeros({8, 8}));
            }),
            where +
                ": has no parameter \"outptu\", which its manifest or a model names; use the "
                "encoder the model was trained with");
  EXPECT_EQ(test::message_of([&] {
              encoder.assign("output", at::zeros({8, 7}));
            }),
            where +
                ": parameter \"output\" has the shape [8, 8], found [8, 7]; use the encoder the "
                "model was trained with");
}

TEST_F(TinySpectrumEncoder, DropsOutWhileItIsTrainedOnly) {
  ScriptedSpectrumEncoder encoder = load();
  const at::Tensor peaks = pack_peaks(spectra(1, 1), 64);
  const at::Tensor whole = encoder.forward(peaks);
  encoder.set_mode({Precision::float32, 0.5});
  EXPECT_FALSE(at::equal(encoder.forward(peaks), whole));
  encoder.set_mode({});
  EXPECT_TRUE(at::equal(encoder.forward(peaks), whole));
}

TEST_F(TinySpectrumEncoder, EmbedsARowFromItsOwnInputOnly) {
  expect_rows_of_their_own(load(), 40);
}

TEST_F(TinySpectrumEncoder, IsRefusedWhenAGoldenVectorIsNotReached) {
  EXPECT_EQ(refusal([](Json& manifest) {
              for (Json& value : manifest["golden"]["vectors"][1])
                value = 1.01 * value.get<double>();
            }).substr(0, 42),
            "model.pt: golden vector 2 differs by 0.005");
}

TEST_F(TinySpectrumEncoder, IsRefusedWhenTheManifestNamesAParameterItLacks) {
  EXPECT_EQ(
      refusal([](Json& manifest) {
        manifest["rest"] = {"input", "norm"};
      }),
      "model.pt: has no parameter \"norm\", which its manifest or a model names; use the encoder "
      "the model was trained with");
}

TEST_F(TinySpectrumEncoder, IsRefusedWhenTheManifestLacksAKey) {
  EXPECT_EQ(refusal([](Json& manifest) { manifest["input"].erase("peaks"); }),
            "manifest.json: lacks \"input.peaks\"; export the encoder again");
  EXPECT_EQ(refusal([](Json& manifest) { manifest["blocks"] = 2; }),
            "manifest.json: \"blocks\" has not the type expected; export the encoder again");
}

TEST_F(TinySpectrumEncoder, IsRefusedForPaddingThatIsNotKnown) {
  EXPECT_EQ(
      refusal([](Json& manifest) { manifest["padding"]["rule"] = "batch"; }),
      "manifest.json: \"padding.rule\" is \"batch\", this program knows \"fixed\" and \"none\"; "
      "export the encoder again");
}

TEST_F(TinySpectrumEncoder, IsRefusedWhenAFileWasChanged) {
  test::write_tiny_spectrum_encoder(dir());
  std::fstream file(dir() / "model.pt", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(1000);
  file.put('x');
  file.close();
  EXPECT_THROW(ScriptedSpectrumEncoder::load(dir(), kCpu), ArtifactError);
}

TEST_F(TinySpectrumEncoder, IsRefusedWhenItIsForMolecules) {
  test::write_tiny_molecule_encoder(dir());
  EXPECT_EQ(test::message_of([&] { ScriptedSpectrumEncoder::load(dir(), kCpu); }),
            dir().string() + ": is a molecule-encoder, expected a spectrum-encoder");
}

TEST(PackInputs, PadsWithZeroRows) {
  const std::vector<PeakRows> inputs = {{{100, 1.1F}}, {{200, 1.1F, 50, 1}}};
  const at::Tensor packed = pack_peaks(inputs, 3);
  EXPECT_EQ(packed.sizes(), at::IntArrayRef({2, 3, 2}));
  EXPECT_EQ(packed[1][1][0].item<float>(), 50);
  EXPECT_EQ(packed[0].slice(0, 1).abs().sum().item<float>(), 0);
  EXPECT_EQ(test::message_of([&] { pack_peaks(inputs, 1); }),
            "an input has 2 rows, only 1 are packed");
}

TEST(BucketRows, IsTheNextMultipleOfEight) {
  EXPECT_EQ(padded_length(1), 8U);
  EXPECT_EQ(padded_length(8), 8U);
  EXPECT_EQ(padded_length(9), 16U);
  EXPECT_EQ(padded_length(61), 64U);
}

/// Encoders as the exporter makes them.
class ExportedSpectrumEncoder : public testing::TestWithParam<const char*> {};

TEST_P(ExportedSpectrumEncoder, EmbedsARowFromItsOwnInputOnly) {
  if (!fs::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const TemporaryFolder folder;
  const auto exported =
      test::run(test::python().string() + " " +
                (test::source_dir() / "tools" / "export" / "export_dreams.py").string() +
                " --random-init --seed 1 " + GetParam() + " -o " + (folder / "encoder").string());
  ASSERT_EQ(exported.exit_code, 0) << exported.err;
  expect_rows_of_their_own(ScriptedSpectrumEncoder::load(folder / "encoder", kCpu), 60);
}

INSTANTIATE_TEST_SUITE_P(Presets, ExportedSpectrumEncoder,
                         testing::Values("--preset tiny", "--preset small",
                                         "--preset tiny --padding none --pooling mean"));

}  // namespace
}  // namespace specbridge
