#include "train/words/word_documents.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace specbridge {
namespace {

constexpr std::uint32_t kLeftOut = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kTradesEach = 5;  // of a document: enough to forget where words came from

using Numbers = std::vector<std::uint32_t>;

/// Deals the words that only one of two documents has to both anew. Both are in ascending order.
void trade(Numbers& a, Numbers& b, Random& random) {
  Numbers common, loose;
  std::ranges::set_intersection(a, b, std::back_inserter(common));
  std::ranges::set_symmetric_difference(a, b, std::back_inserter(loose));
  shuffle(std::span(loose), random);
  const auto own = static_cast<std::ptrdiff_t>(a.size() - common.size());
  a.assign(common.begin(), common.end());
  b.assign(common.begin(), common.end());
  a.insert(a.end(), loose.begin(), loose.begin() + own);
  b.insert(b.end(), loose.begin() + own, loose.end());
  std::ranges::sort(a);
  std::ranges::sort(b);
}

}  // namespace

void WordDocuments::add(const std::vector<Word>& words) {
  Numbers& document = documents_.emplace_back();
  for (const Word& word : words) {
    const auto next = static_cast<std::uint32_t>(words_.size());
    const auto [known, is_new] = numbers_.try_emplace(word.text, next);
    if (is_new) words_.push_back({word.text, 0});
    ++words_[known->second].spectra;
    document.push_back(known->second);
  }
}

std::size_t WordDocuments::keep_frequent(std::size_t least) {
  std::vector<std::uint32_t> order(words_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const CountedWord &x = words_[a], &y = words_[b];
    return x.spectra != y.spectra ? x.spectra > y.spectra : x.text < y.text;
  });
  std::vector<std::uint32_t> number_now(words_.size(), kLeftOut);
  std::vector<CountedWord> kept;
  for (const std::uint32_t old : order) {
    if (words_[old].spectra < least) break;
    number_now[old] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(words_[old]);
  }
  const std::size_t left_out = words_.size() - kept.size();
  for (Numbers& document : documents_) {
    for (std::uint32_t& word : document) word = number_now[word];
    std::erase(document, kLeftOut);
  }
  words_ = std::move(kept);
  numbers_.clear();
  for (std::uint32_t i = 0; i < words_.size(); ++i) numbers_.emplace(words_[i].text, i);
  return left_out;
}

void WordDocuments::shuffle_words(Random& random) {
  if (documents_.size() < 2) return;
  for (Numbers& document : documents_) std::ranges::sort(document);
  for (std::size_t i = 0; i < kTradesEach * documents_.size(); ++i) {
    const std::size_t a = random.below(documents_.size());
    const std::size_t b = random.below(documents_.size() - 1);
    trade(documents_[a], documents_[b < a ? b : b + 1], random);
  }
}

std::size_t WordDocuments::occurrences() const {
  std::size_t count = 0;
  for (const Numbers& document : documents_) count += document.size();
  return count;
}

}  // namespace specbridge
