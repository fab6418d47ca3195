#include "decode/decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "base/random.h"
#include "decode/beam_search.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kDim = 8;
const fs::path kTiny = SPECBRIDGE_TINY_DECODER;

std::vector<float> drawn_vector(std::uint64_t seed) {
  Random random(seed);
  std::vector<float> vector(kDim);
  for (float& value : vector) value = static_cast<float>(random.normal());
  normalize(vector);
  return vector;
}

DecoderInput input_of(std::uint64_t seed) {
  DecoderInput input{
      drawn_vector(seed), {{250.1F, 1.1F, 91.05F, 1.0F, 119.08F, 0.3F}}, Matrix(3, kDim)};
  for (std::size_t i = 0; i < 3; ++i) {
    std::ranges::copy(drawn_vector(100 + seed + i), input.candidates.row(i).begin());
  }
  return input;
}

class DecoderTest : public testing::Test {
 protected:
  void SetUp() override {
    if (kTiny.empty()) GTEST_SKIP() << "the exporter's Python environment is missing: setup.sh";
  }
  Decoder load(const fs::path& dir = kTiny) { return Decoder::load(dir, {}); }
};

TEST_F(DecoderTest, StatesWhatItKnows) {
  const Decoder decoder = load();
  EXPECT_EQ(decoder.molecule_dim(), kDim);
  EXPECT_EQ(decoder.most_tokens(), 95U);
  EXPECT_TRUE(decoder.vocabulary().tokens("CC(Cl)[nH]").has_value());
  EXPECT_FALSE(decoder.vocabulary().tokens("CBr").has_value());
  EXPECT_EQ(decoder.fingerprint().size(), 64U);
}

TEST_F(DecoderTest, ASequenceThatIsFoundHasTheLikelihoodOfItsText) {
  const Decoder decoder = load();
  const DecoderInput input = input_of(1);
  const auto step = decoder.step(input);
  const auto found = beam_search(*step, decoder.vocabulary().special(), {4, 12});
  ASSERT_EQ(found.size(), 4U);
  for (const auto& sequence : found) {
    if (!sequence.ended) continue;
    const auto likelihood =
        decoder.log_likelihoods(input, std::vector<std::vector<Token>>{sequence.tokens});
    EXPECT_NEAR(sequence.log_probability, likelihood[0], 1e-4);
  }
}

TEST_F(DecoderTest, TheProbabilitiesOfWhatFollowsAddUpToOne) {
  const Decoder decoder = load();
  const auto step = decoder.step(input_of(2));
  const Matrix next = step->next(std::vector<std::size_t>{0}, std::vector<Token>{1});
  double sum = 0;
  for (const float logarithm : next.row(0)) sum += std::exp(static_cast<double>(logarithm));
  EXPECT_NEAR(sum, 1, 1e-5);
}

TEST_F(DecoderTest, TheOrderOfCandidatesDoesNotMatterTheirVectorsDo) {
  const Decoder decoder = load();
  const std::vector<std::vector<Token>> texts = {*decoder.vocabulary().tokens("CCO")};
  DecoderInput turned = input_of(3), others = input_of(3);
  std::ranges::copy(input_of(3).candidates.row(2), turned.candidates.row(0).begin());
  std::ranges::copy(input_of(3).candidates.row(0), turned.candidates.row(2).begin());
  others.candidates = input_of(9).candidates;
  const double given = decoder.log_likelihoods(input_of(3), texts)[0];
  EXPECT_NEAR(decoder.log_likelihoods(turned, texts)[0], given, 1e-5);
  EXPECT_GT(std::abs(decoder.log_likelihoods(others, texts)[0] - given), 1e-5);
}

TEST_F(DecoderTest, WithoutAVectorItIsToldNothing) {
  const Decoder decoder = load();
  const std::vector<std::vector<Token>> texts = {*decoder.vocabulary().tokens("C#N")};
  DecoderInput blind = input_of(4);
  blind.vector.clear();
  EXPECT_EQ(decoder.log_likelihoods(blind, texts), decoder.log_likelihoods({}, texts));
}

TEST_F(DecoderTest, ATextThatIsTooLongCannotBeWritten) {
  const Decoder decoder = load();
  const std::vector<std::vector<Token>> texts = {std::vector<Token>(96, 6)};
  EXPECT_EQ(decoder.log_likelihoods(input_of(1), texts)[0], kNever);
}

TEST_F(DecoderTest, ATextHasTheSameLikelihoodInAnyCompany) {
  const Decoder decoder = load();
  const DecoderInput input = input_of(5);
  std::vector<std::vector<Token>> texts;
  for (const std::size_t length : {1, 3, 7, 8, 9, 20, 50, 94, 95, 96}) {
    texts.emplace_back(length, static_cast<Token>(4 + length % 3));
    texts.emplace_back(length, static_cast<Token>(3 + length % 5));
  }
  const auto together = decoder.log_likelihoods(input, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(decoder.log_likelihoods(input, std::span(&texts[i], 1))[0], together[i]) << i;
  }
  EXPECT_TRUE(decoder.log_likelihoods(input, {}).empty());
}

TEST_F(DecoderTest, VectorsOfAnotherLengthAreRefused) {
  const Decoder decoder = load();
  DecoderInput input = input_of(1);
  input.vector.push_back(0);
  EXPECT_THROW(decoder.step(input), std::invalid_argument);
}

/// A copy of the decoder, one file of which is changed.
fs::path changed(const std::string& name, const std::string& file, const std::string& text) {
  const fs::path dir = fs::path(testing::TempDir()) / name;
  fs::remove_all(dir);
  fs::copy(kTiny, dir);
  std::ofstream(dir / file) << text;
  return dir;
}

TEST_F(DecoderTest, WhatWasChangedIsRefused) {
  EXPECT_THROW(load(changed("decoder-words", "vocabulary.json", "[]")), ArtifactError);
  EXPECT_THROW(load(changed("decoder-network", "model.pt", "PK")), ArtifactError);
  EXPECT_THROW(load(changed("decoder-manifest", "manifest.json", "{}")), ArtifactError);
}

}  // namespace
}  // namespace specbridge
