// What every SpectrumEncoder keeps to.
#include "encode/spectrum_encoder.h"

#include <gtest/gtest.h>

#include <functional>

#include "encode/trainable_encoder.h"
#include "small_world.h"
#include "support/support.h"
#include "unit/encode/tiny_encoders.h"

namespace specbridge {
namespace {

std::unique_ptr<SpectrumEncoder> scripted(const std::filesystem::path& dir) {
  test::write_tiny_spectrum_encoder(dir);
  return load_trainable_encoder(dir, c10::Device(c10::kCPU));
}

std::unique_ptr<SpectrumEncoder> of_text(const std::filesystem::path& dir) {
  test::write_tiny_text_encoder(dir);
  return load_trainable_encoder(dir, c10::Device(c10::kCPU));
}

using Make = std::function<std::unique_ptr<SpectrumEncoder>(const std::filesystem::path&)>;

class SpectrumEncoderContract : public testing::TestWithParam<Make> {
 protected:
  std::vector<PeakRows> cleaned() const {
    std::vector<PeakRows> spectra;
    for (const auto& query : test::queries_of(searcher_)) {
      for (const SpectrumKind kind : {SpectrumKind::tandem, SpectrumKind::electron}) {
        Spectrum spectrum = query.spectrum;
        spectrum.kind = kind;
        if (!encoder_->refusal(spectrum)) spectra.push_back(encoder_->clean(spectrum));
      }
    }
    return spectra;
  }
  static std::vector<float> values(std::span<const float> row) { return {row.begin(), row.end()}; }

  const Searcher searcher_ = test::searcher_of(CandidateMode::open);
  const test::TemporaryFolder folder_;
  const std::unique_ptr<SpectrumEncoder> encoder_ = GetParam()(folder_ / "encoder");
};

TEST_P(SpectrumEncoderContract, ARowDependsOnItsOwnSpectrumOnly) {
  const auto spectra = cleaned();
  ASSERT_FALSE(spectra.empty());
  const Matrix together = encoder_->encode(spectra, 1, 0);
  ASSERT_EQ(together.rows(), spectra.size());
  ASSERT_EQ(together.cols(), encoder_->dim());
  EXPECT_EQ(values(encoder_->encode(spectra, 2, 1).values()), values(together.values()));
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    const Matrix alone = encoder_->encode(std::span(spectra).subspan(i, 1), 1, 0);
    EXPECT_EQ(values(alone.row(0)), values(together.row(i))) << i;
  }
}

TEST_P(SpectrumEncoderContract, NoSpectraGiveNoRows) {
  EXPECT_EQ(encoder_->encode({}, 1, 0).rows(), 0U);
}

TEST_P(SpectrumEncoderContract, RefusesWhatItCannotReadAndSaysWhy) {
  Spectrum spectrum;
  const auto refusal = encoder_->refusal(spectrum);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(fault_of(refusal->status), Fault::record);
  EXPECT_NE(refusal->message, "");
  EXPECT_THROW(encoder_->clean(spectrum), std::invalid_argument);
}

TEST_P(SpectrumEncoderContract, HasAFingerprint) {
  EXPECT_NE(encoder_->fingerprint(), "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, SpectrumEncoderContract,
                         testing::Values(Make(scripted), Make(of_text)));

}  // namespace
}  // namespace specbridge
