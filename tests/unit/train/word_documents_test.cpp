#include "train/words/word_documents.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace specbridge {
namespace {

std::vector<Word> words(std::initializer_list<const char*> texts) {
  std::vector<Word> made;
  for (const char* text : texts) made.push_back({text, 1});
  return made;
}

std::vector<std::string> texts_of(const WordDocuments& documents, std::size_t i) {
  std::vector<std::string> texts;
  for (const std::uint32_t word : documents[i]) texts.push_back(documents.words()[word].text);
  return texts;
}

using Texts = std::vector<std::string>;

TEST(WordDocuments, NumberWordsByFallingCountAndEqualOnesByTheirText) {
  WordDocuments documents;
  documents.add(words({"c", "a"}));
  documents.add(words({"b", "c"}));
  documents.keep_frequent(1);
  ASSERT_EQ(documents.words().size(), 3U);
  EXPECT_EQ(documents.words()[0].text, "c");
  EXPECT_EQ(documents.words()[0].spectra, 2U);
  EXPECT_EQ(documents.words()[1].text, "a");
  EXPECT_EQ(documents.words()[2].text, "b");
  EXPECT_EQ(texts_of(documents, 1), (Texts{"b", "c"}));
}

TEST(WordDocuments, LeaveOutRareWordsButNoSpectrum) {
  WordDocuments documents;
  documents.add(words({"a", "x"}));
  documents.add(words({"y"}));
  documents.add(words({"a"}));
  EXPECT_EQ(documents.keep_frequent(2), 2U);
  EXPECT_EQ(documents.size(), 3U);
  EXPECT_EQ(texts_of(documents, 0), Texts{"a"});
  EXPECT_EQ(texts_of(documents, 1), Texts{});
  EXPECT_EQ(documents.occurrences(), 2U);
}

TEST(WordDocuments, KeepLengthsAndCountsWhenWordsAreShuffled) {
  WordDocuments documents;
  Random random(3);
  for (std::size_t i = 0; i < 60; ++i) {
    std::vector<Word> own;
    for (int word = 0; word < 20; ++word) {
      // Two topics: words of the first half go together, and those of the second.
      const bool near = (word < 10) == (i % 2 == 0);
      if (random.uniform() < (near ? 0.7 : 0.05)) own.push_back({std::to_string(word), 1});
    }
    documents.add(own);
  }
  documents.keep_frequent(1);
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < documents.size(); ++i) lengths.push_back(documents[i].size());
  documents.shuffle_words(random);
  std::map<std::uint32_t, std::size_t> counts;
  std::size_t strangers = 0, all = 0;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    EXPECT_EQ(documents[i].size(), lengths[i]);
    EXPECT_EQ(std::ranges::adjacent_find(documents[i]), documents[i].end());
    for (const std::uint32_t word : documents[i]) {
      ++counts[word];
      const bool first_half = std::stoi(documents.words()[word].text) < 10;
      strangers += first_half != (i % 2 == 0) ? 1 : 0;
      ++all;
    }
  }
  for (std::uint32_t word = 0; word < documents.words().size(); ++word) {
    EXPECT_EQ(counts[word], documents.words()[word].spectra);
  }
  EXPECT_NEAR(static_cast<double>(strangers) / static_cast<double>(all), 0.5, 0.08);
}

}  // namespace
}  // namespace specbridge
