#include "search/unseen_ions.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::size_t kAdductsNamed = 5;

/// "[M+K]+ 12, [2M+H]+ 3 and 2 more": the most frequent first.
std::string most_frequent(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::ranges::greater{},
                           [](const auto& one) { return one.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min(sorted.size(), kAdductsNamed); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", sorted[i].first,
                        with_thousands(sorted[i].second));
  }
  if (sorted.size() > kAdductsNamed)
    text += fmt::format(" and {} more", sorted.size() - kAdductsNamed);
  return text;
}

}  // namespace

UnseenIons::UnseenIons(const std::map<std::string, std::size_t>& trained) : trained_(trained) {
  for (const auto& [name, count] : trained) {
    const auto adduct = parse_adduct(name);
    positive_ = positive_ || (adduct && adduct->charge > 0);
    negative_ = negative_ || (adduct && adduct->charge < 0);
  }
}

std::string UnseenIons::message(const std::optional<Adduct>& adduct) const {
  if (!adduct || trained_.empty() || trained_.contains(adduct->name)) return "";
  if (adduct->charge > 0 && !positive_) return "the model was trained on negative ions only";
  if (adduct->charge < 0 && !negative_) return "the model was trained on positive ions only";
  return fmt::format("the model was not trained on {}", adduct->name);
}

void UnseenIons::count(const std::optional<Adduct>& adduct) {
  if (!message(adduct).empty()) ++counts_[adduct->name];
}

void UnseenIons::warn(std::size_t queries, const RunContext& context) const {
  if (counts_.empty()) return;
  std::size_t unseen = 0;
  for (const auto& [name, count] : counts_) unseen += count;
  const bool one = unseen == 1;
  context.warning(fmt::format(
      "{} of {} {} that the model was not trained on ({}); {} ranks are less "
      "sure",
      with_thousands(unseen), counted(queries, "spectrum", "spectra"),
      one ? "is of an adduct" : "are of adducts", most_frequent(counts_), one ? "its" : "their"));
}

}  // namespace specbridge
