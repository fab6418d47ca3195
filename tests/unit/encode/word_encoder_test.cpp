#include "encode/words/word_encoder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "encode/trainable_encoder.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::slurp;
using test::TemporaryFolder;

/// Words at whole masses: 50 is (1, 0), 60 is (0, 2).
WordTable small_table() {
  WordTable table;
  table.words = {{"peak@50", 7}, {"peak@60", 3}};
  table.vectors = Matrix(2, 2);
  table.vectors.row(0)[0] = 1;
  table.vectors.row(1)[1] = 2;
  table.unknown_share = 0.25;
  return table;
}

Spectrum electron_of(std::vector<Peak> peaks) {
  Spectrum spectrum;
  spectrum.id = "q";
  spectrum.kind = SpectrumKind::electron;
  spectrum.peaks = std::move(peaks);
  return spectrum;
}

class WordEncoderOnDisk : public testing::Test {
 protected:
  void SetUp() override { write_word_encoder(folder_.path(), small_table()); }

  std::string refusal_of_folder() const {
    return message_of([&] { load_word_encoder(folder_.path()); });
  }

  const TemporaryFolder folder_;
};

TEST_F(WordEncoderOnDisk, GivesTheMeanOfItsWordsByTheirWeights) {
  const auto encoder = load_word_encoder(folder_.path());
  const std::vector spectra = {encoder->clean(electron_of({{50, 100}, {60, 25}}))};
  const Matrix vectors = encoder->encode(spectra, 1, 0);
  ASSERT_EQ(encoder->dim(), 2U);
  EXPECT_FLOAT_EQ(vectors.row(0)[0], 1.0F / 1.5F);  // weights 1 and 0.5
  EXPECT_FLOAT_EQ(vectors.row(0)[1], 0.5F * 2 / 1.5F);
}

TEST_F(WordEncoderOnDisk, LeavesUnknownWordsOutUpToTheShareAllowed) {
  const auto encoder = load_word_encoder(folder_.path());
  const auto spectrum = electron_of({{50, 900}, {77, 100}});  // weights 1 and 1/3
  EXPECT_FALSE(encoder->refusal(spectrum));
  const Matrix vectors = encoder->encode(std::vector{encoder->clean(spectrum)}, 1, 0);
  EXPECT_FLOAT_EQ(vectors.row(0)[0], 1);
  EXPECT_FLOAT_EQ(vectors.row(0)[1], 0);
}

TEST_F(WordEncoderOnDisk, RefusesASpectrumOfWordsThatItDoesNotKnow) {
  const auto encoder = load_word_encoder(folder_.path());
  const auto refusal = encoder->refusal(electron_of({{50, 100}, {77, 100}, {78, 100}}));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, Status::bad_record);
  EXPECT_EQ(refusal->message,
            "2 of its 3 words are unknown to the model, 67 % by weight, of which it may have 25 % "
            "(unknown_share of its training)");
}

TEST_F(WordEncoderOnDisk, RefusesATandemSpectrumWithoutAPrecursor) {
  const auto encoder = load_word_encoder(folder_.path());
  Spectrum spectrum = electron_of({{50, 100}});
  spectrum.kind = SpectrumKind::tandem;
  ASSERT_TRUE(encoder->refusal(spectrum));
  EXPECT_EQ(encoder->refusal(spectrum)->status, Status::no_precursor);
}

TEST_F(WordEncoderOnDisk, HasTheFingerprintOfRulesWordsAndVectors) {
  const std::string own = load_word_encoder(folder_.path())->fingerprint();
  const auto fingerprint_with = [](const WordTable& table) {
    const TemporaryFolder other;
    write_word_encoder(other.path(), table);
    return load_word_encoder(other.path())->fingerprint();
  };
  EXPECT_EQ(fingerprint_with(small_table()), own);
  WordTable table = small_table();
  table.rules.intensity_power = 1;
  EXPECT_NE(fingerprint_with(table), own);
  table = small_table();
  table.words[0].text = "peak@51";
  EXPECT_NE(fingerprint_with(table), own);
  table = small_table();
  table.vectors.row(0)[0] = 3;
  EXPECT_NE(fingerprint_with(table), own);
}

TEST_F(WordEncoderOnDisk, RefusesAFileThatWasChanged) {
  std::string words = slurp(folder_ / "words.tsv");
  words.replace(words.find("peak@60"), 7, "peak@61");
  std::ofstream(folder_ / "words.tsv") << words;
  EXPECT_NE(refusal_of_folder().find("words.tsv"), std::string::npos);
}

TEST_F(WordEncoderOnDisk, IsNoNetworkThatCouldBeTrained) {
  EXPECT_EQ(message_of([&] { describe_spectrum_encoder(folder_.path()); }),
            folder_.path().string() +
                ": holds vectors of words, which train --objective spec2vec makes; expected an "
                "encoder with a network");
}

TEST(WordEncoder, RefusesAWordThatStandsTwice) {
  const TemporaryFolder folder;
  WordTable table = small_table();
  table.words[1].text = "peak@50";
  write_word_encoder(folder.path(), table);
  EXPECT_EQ(
      message_of([&] { load_word_encoder(folder.path()); }),
      (folder / "words.tsv").string() + ": has the word \"peak@50\" twice; train the model again");
}

}  // namespace
}  // namespace specbridge
