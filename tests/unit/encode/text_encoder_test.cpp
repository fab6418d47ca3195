#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "encode/scripted_spectrum_encoder.h"
#include "specbridge/error.h"
#include "support/support.h"
#include "tiny_encoders.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::int64_t>;

const c10::Device kOnCpu(c10::kCPU);

Spectrum electron_spectrum(std::vector<Peak> peaks) {
  Spectrum spectrum;
  spectrum.kind = SpectrumKind::electron;
  spectrum.peaks = std::move(peaks);
  return spectrum;
}

/// Peaks of m/z 50, 60, ... by rising intensity.
Spectrum long_spectrum(std::size_t peaks) {
  Spectrum spectrum = electron_spectrum({});
  for (std::size_t i = 1; i <= peaks; ++i) {
    const auto number = static_cast<double>(i);
    spectrum.peaks.push_back({40 + 10 * number, 100 * number});
  }
  return spectrum;
}

class TinyTextEncoder : public testing::Test {
 protected:
  fs::path dir() const { return folder_ / "encoder"; }
  ScriptedSpectrumEncoder load(const test::ManifestChange& change = {}) const {
    test::write_tiny_text_encoder(dir(), change);
    return ScriptedSpectrumEncoder::load(dir(), kOnCpu);
  }
  std::string refusal(const test::ManifestChange& change) const {
    const std::string message = test::message_of([&] { load(change); });
    const std::string start = dir().string() + "/";
    return message.starts_with(start) ? message.substr(start.size()) : message;
  }
  /// A column of the only row of a packed input: 0 the ids, 1 what becomes of each.
  static Ids column(const at::Tensor& packed, std::int64_t column) {
    const at::Tensor values = packed[0].select(1, column).contiguous();
    const auto* first = values.const_data_ptr<std::int64_t>();
    return {first, first + values.numel()};
  }

  test::TemporaryFolder folder_;
};

TEST_F(TinyTextEncoder, ReadsSpectraOfElectronIonisationAlone) {
  const ScriptedSpectrumEncoder encoder = load();
  EXPECT_EQ(encoder.refusal(electron_spectrum({{50, 1}})), std::nullopt);
  EXPECT_EQ(encoder.refusal(electron_spectrum({}))->status, Status::no_peaks);
  Spectrum tandem = electron_spectrum({{50, 1}});
  tandem.kind = SpectrumKind::tandem;
  tandem.precursor_mz = 120;
  EXPECT_EQ(encoder.refusal(tandem)->message,
            "a tandem mass spectrum; this encoder reads spectra of electron ionisation alone");
}

TEST_F(TinyTextEncoder, CleansToWholeMassesInTheOrderOfTheFile) {
  const auto rows = load().clean(electron_spectrum({{92.98, 500}, {40, 1}, {121.2, 1000}}));
  EXPECT_EQ(rows.rows, (std::vector<float>{0, 1.1F, 92, 0.5F, 121, 1}));
}

TEST_F(TinyTextEncoder, PadsInFrontAndAveragesTheOwnTokensOfThePeaks) {
  const ScriptedSpectrumEncoder encoder = load();
  const std::vector<PeakRows> spectra = {encoder.clean(electron_spectrum({{92.98, 500}}))};
  ASSERT_EQ(encoder.length(spectra[0]), 12U);
  const at::Tensor packed = encoder.pack(spectra, 16);
  EXPECT_EQ(column(packed, 0), (Ids{0, 0, 0, 0, 1, 20, 21, 3, 6, 19, 12, 7, 4, 6, 19, 12}));
  EXPECT_EQ(column(packed, 1), (Ids{0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2}));
  EXPECT_THROW(encoder.pack(spectra, 8), std::invalid_argument);
}

TEST_F(TinyTextEncoder, AveragesWhatStandsBeforeWhereTheManifestSaysSo) {
  const ScriptedSpectrumEncoder apart = load();
  const auto spectrum = apart.clean(electron_spectrum({{92.98, 500}}));
  test::write_tiny_text_encoder(folder_ / "whole", {}, test::BeforePeaks::averaged);
  const auto whole = ScriptedSpectrumEncoder::load(folder_ / "whole", kOnCpu);
  EXPECT_EQ(column(whole.pack({&spectrum, 1}, 12), 1), (Ids{1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}));
  const auto a = apart.encode({&spectrum, 1}, 1, 0), b = whole.encode({&spectrum, 1}, 1, 0);
  EXPECT_GT(std::abs(a.row(0)[0] - b.row(0)[0]), 1e-3F);
}

TEST_F(TinyTextEncoder, CutsATextThatIsTooLongByItsWeakestPeaks) {
  const ScriptedSpectrumEncoder encoder = load();
  // "extra_peak@130," has six tokens, and 64 hold what is before, nine peaks and the last word.
  const auto spectrum = encoder.clean(long_spectrum(25));
  const Ids ids = column(encoder.pack({&spectrum, 1}, encoder.length(spectrum)), 0);
  EXPECT_LE(ids.size(), 64U);
  EXPECT_GT(ids.size(), 58U);
  EXPECT_EQ(Ids(ids.begin(), ids.begin() + 8), (Ids{1, 20, 21, 3, 6, 12, 19, 10}));
  EXPECT_EQ(Ids(ids.end() - 5, ids.end()), (Ids{4, 6, 12, 19, 10}));
}

TEST_F(TinyTextEncoder, GivesTheSameVectorWhereverItIsCut) {
  const ScriptedSpectrumEncoder encoder = load();
  const std::vector<PeakRows> spectra = {encoder.clean(long_spectrum(3)),
                                         encoder.clean(long_spectrum(7))};
  const at::Tensor input = encoder.pack(spectra, 64), whole = encoder.forward(input);
  for (const std::int64_t n : {0, 1, 2, 3}) {
    EXPECT_TRUE(at::equal(encoder.suffix(encoder.prefix(input, n), n), whole)) << n;
  }
}

TEST_F(TinyTextEncoder, GivesInABatchWhatItGivesAlone) {
  const ScriptedSpectrumEncoder encoder = load();
  std::vector<PeakRows> spectra;
  for (std::size_t peaks = 1; peaks <= 9; ++peaks)
    spectra.push_back(encoder.clean(long_spectrum(peaks)));
  const at::Tensor together = encoder.forward(encoder.pack(spectra, 64));
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    const at::Tensor unpadded = encoder.pack({&spectra[i], 1}, encoder.length(spectra[i]));
    const at::Tensor difference =
        encoder.forward(unpadded)[0] - together[static_cast<std::int64_t>(i)];
    EXPECT_LT(difference.abs().max().item<float>(), 1e-5F) << i;
  }
}

TEST_F(TinyTextEncoder, GivesTheStatesWhoseMeanIsTheVector) {
  const ScriptedSpectrumEncoder encoder = load();
  const std::vector<PeakRows> spectra = {encoder.clean(long_spectrum(2)),
                                         encoder.clean(long_spectrum(5))};
  const at::Tensor input = encoder.pack(spectra, 64);
  const at::Tensor states = encoder.token_states(input);
  ASSERT_EQ(states.sizes(), (at::IntArrayRef{2, 64, static_cast<std::int64_t>(encoder.dim())}));
  const at::Tensor own =
      (input.select(2, 1) == static_cast<std::int64_t>(TokenRole::averaged)).unsqueeze(2);
  const at::Tensor means = (states * own).sum(1) / own.sum(1);
  EXPECT_LT((means - encoder.forward(input)).abs().max().item<float>(), 1e-6F);
}

TEST_F(TinyTextEncoder, KnowsItsTokensWhereItReadsText) {
  const auto tokens = load().text_tokens();
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(tokens->blank, 2);  // the tokenizer of the test has no "_" but a token for all others
  EXPECT_EQ(tokens->id_bound, 22);
  test::write_tiny_spectrum_encoder(folder_ / "peaks");
  const auto peaks = ScriptedSpectrumEncoder::load(folder_ / "peaks", kOnCpu);
  EXPECT_EQ(peaks.text_tokens(), std::nullopt);
  EXPECT_THROW(peaks.token_states(at::zeros({1, 1, 2})), Error);
}

TEST_F(TinyTextEncoder, IsWrittenWithAllDigitsOfItsWeights) {
  ScriptedSpectrumEncoder encoder = load();
  const at::Tensor values = at::full({8, 8}, 1.0F / 3);
  encoder.assign("block1", values);
  const fs::path written = folder_ / "written";
  fs::create_directory(written);
  encoder.write(dir(), written, WeightDigits::all);
  const auto again = ScriptedSpectrumEncoder::load(written, kOnCpu);
  EXPECT_TRUE(at::equal(again.parameters_of_last(1).front().tensor, values));
  EXPECT_NE(again.fingerprint(), encoder.fingerprint());
}

TEST_F(TinyTextEncoder, IsRefusedWhenTextOrTokensAreNotThoseStated) {
  EXPECT_EQ(refusal([](Json& manifest) { manifest["input"]["before"] = "Peaks:"; }),
            "manifest.json: golden spectrum 1 becomes another text than it states; export the "
            "encoder again");
  EXPECT_EQ(refusal([](Json& manifest) { manifest["golden"]["input_ids"][0][3] = 4; }),
            "tokenizer.json: golden text 1 has other token ids than the manifest says; export the "
            "encoder again");
  EXPECT_EQ(
      refusal([](Json& manifest) { manifest["golden"]["texts"] = Json::array(); }),
      "manifest.json: \"golden\" must hold a text and token ids of each of its spectra; export "
      "the encoder again");
}

TEST_F(TinyTextEncoder, IsRefusedForSettingsThatAreNotKnown) {
  EXPECT_EQ(refusal([](Json& manifest) { manifest["padding"]["side"] = "right"; }),
            "manifest.json: \"padding.side\" is \"right\", this program knows \"left\"; export the "
            "encoder again");
  EXPECT_EQ(refusal([](Json& manifest) { manifest["input"]["unit_mass"] = "none"; }),
            "manifest.json: \"input.unit_mass\" is \"none\", this program knows \"truncate\" and "
            "\"round\"; export the encoder again");
  EXPECT_EQ(refusal([](Json& manifest) { manifest["input"].erase("before_in_mean"); }),
            "manifest.json: lacks \"input.before_in_mean\"; export the encoder again");
  EXPECT_EQ(
      refusal([](Json& manifest) { manifest["input"]["peaks"] = 0; }),
      "manifest.json: \"input.peaks\" must be above 0 and \"input.least\" in [0, 1); export the "
      "encoder again");
}

TEST_F(TinyTextEncoder, IsRefusedWithoutItsTokenizer) {
  test::write_tiny_text_encoder(dir());
  fs::remove(dir() / "tokenizer.json");
  EXPECT_THROW(ScriptedSpectrumEncoder::load(dir(), kOnCpu), ArtifactError);
}

TEST_F(TinyTextEncoder, TakesItsTokenizerAlongWhenItIsRounded) {
  ScriptedSpectrumEncoder encoder = load();
  const fs::path rounded = folder_ / "rounded";
  fs::create_directory(rounded);
  encoder.write(dir(), rounded, WeightDigits::bfloat16);
  const auto again = ScriptedSpectrumEncoder::load(rounded, kOnCpu);
  const auto spectrum = encoder.clean(long_spectrum(4));
  const Matrix a = encoder.encode({&spectrum, 1}, 1, 0), b = again.encode({&spectrum, 1}, 1, 0);
  EXPECT_TRUE(std::ranges::equal(a.values(), b.values()));
}

}  // namespace
}  // namespace specbridge
