#include "audit/text_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>

#include "stats/exact_tests.h"

namespace specbridge {
namespace {

using WrittenPool = std::vector<WrittenCandidate>;
/// One value for each text of a pool; the highest comes first.
using Preference = std::function<std::vector<double>(const WrittenPool&)>;

struct Rule {
  std::string name;
  Preference prefer;
};

Preference by_text(std::function<double(const WrittenCandidate&)> value) {
  return [value = std::move(value)](const WrittenPool& pool) {
    std::vector<double> values;
    for (const auto& candidate : pool) values.push_back(value(candidate));
    return values;
  };
}

Preference by_count(std::string_view characters) {
  return by_text([characters](const WrittenCandidate& candidate) {
    return static_cast<double>(std::ranges::count_if(candidate.text, [characters](char c) {
      return characters.find(c) != std::string_view::npos;
    }));
  });
}

Preference reversed(Preference prefer) {
  return [prefer = std::move(prefer)](const WrittenPool& pool) {
    auto values = prefer(pool);
    for (double& value : values) value = -value;
    return values;
  };
}

std::vector<double> places(const WrittenPool& pool) {
  std::vector<double> values(pool.size());
  std::iota(values.rbegin(), values.rend(), 0.0);
  return values;
}

std::vector<double> nearness_to_the_middle(const WrittenPool& pool) {
  std::vector<double> values;
  const auto last = static_cast<double>(pool.size() - 1);
  for (std::size_t i = 0; i < pool.size(); ++i) {
    values.push_back(-std::abs(2 * static_cast<double>(i) - last));
  }
  return values;
}

std::vector<double> repetitions(const WrittenPool& pool) {
  std::map<std::string_view, double> count;
  for (const auto& candidate : pool) ++count[candidate.text];
  std::vector<double> values;
  for (const auto& candidate : pool) values.push_back(count[candidate.text]);
  return values;
}

std::vector<double> alphabetical(const WrittenPool& pool) {
  std::vector<std::string_view> texts;
  for (const auto& candidate : pool) texts.push_back(candidate.text);
  std::sort(texts.begin(), texts.end());
  std::vector<double> values;
  for (const auto& candidate : pool) {
    const auto place = std::lower_bound(texts.begin(), texts.end(), candidate.text);
    values.push_back(-static_cast<double>(place - texts.begin()));
  }
  return values;
}

/// Mean surprise of a text's pairs of neighbouring characters, given those of the whole pool.
std::vector<double> strangeness(const WrittenPool& pool) {
  std::map<std::pair<char, char>, double> pairs;
  double total = 0;
  for (const auto& candidate : pool) {
    for (std::size_t i = 1; i < candidate.text.size(); ++i, ++total) {
      ++pairs[{candidate.text[i - 1], candidate.text[i]}];
    }
  }
  std::vector<double> values;
  for (const auto& candidate : pool) {
    double sum = 0;
    for (std::size_t i = 1; i < candidate.text.size(); ++i) {
      sum -= std::log(pairs[{candidate.text[i - 1], candidate.text[i]}] / total);
    }
    const std::size_t length = std::max<std::size_t>(candidate.text.size(), 2);
    values.push_back(sum / static_cast<double>(length - 1));
  }
  return values;
}

/// Aromatic atoms: lower-case letters that are not the second of an element such as Cl.
double aromatic_letters(const WrittenCandidate& candidate) {
  const std::string_view text = candidate.text;
  double count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < 'a' || text[i] > 'z') continue;
    const bool second = i > 0 && text[i - 1] >= 'A' && text[i - 1] <= 'Z' &&
                        std::string_view("lrieas").find(text[i]) != std::string_view::npos;
    count += second ? 0 : 1;
  }
  return count;
}

void add_both(std::vector<Rule>& rules, std::string high, std::string low, Preference prefer) {
  rules.push_back({std::move(low), reversed(prefer)});
  rules.push_back({std::move(high), std::move(prefer)});
}

std::vector<Rule> all_rules() {
  std::vector<Rule> rules;
  const auto length = [](const WrittenCandidate& c) { return static_cast<double>(c.text.size()); };
  const auto canonical = [](const WrittenCandidate& c) { return c.is_canonical ? 1.0 : 0.0; };
  const auto standard = [](const WrittenCandidate& c) { return c.is_standardised ? 1.0 : 0.0; };
  add_both(rules, "first of the list", "last of the list", places);
  add_both(rules, "middle of the list", "ends of the list", nearness_to_the_middle);
  add_both(rules, "longest text", "shortest text", by_text(length));
  add_both(rules, "text repeated most", "text repeated least", repetitions);
  add_both(rules, "first by alphabet", "last by alphabet", alphabetical);
  add_both(rules, "RDKit's own spelling", "not RDKit's own spelling", by_text(canonical));
  add_both(rules, "standardised spelling", "not the standardised spelling", by_text(standard));
  add_both(rules, "most aromatic (lower-case) letters", "fewest aromatic (lower-case) letters",
           by_text(aromatic_letters));
  add_both(rules, "most stereo marks", "fewest stereo marks", by_count("@/\\"));
  add_both(rules, "most brackets", "fewest brackets", by_count("["));
  add_both(rules, "most bond symbols", "fewest bond symbols", by_count("=#:-"));
  add_both(rules, "most digits", "fewest digits", by_count("0123456789%"));
  add_both(rules, "most branches", "fewest branches", by_count("("));
  add_both(rules, "most fragments", "fewest fragments", by_count("."));
  add_both(rules, "least like the other texts", "most like the other texts", strangeness);
  return rules;
}

/// What one rule does on one pool.
struct Outcome {
  double first = 0;   // share of the best texts that are the truth
  double chance = 0;  // share of all texts
};

Outcome outcome_of(const Preference& prefer, const WrittenPool& pool) {
  const auto values = prefer(pool);
  double best = -std::numeric_limits<double>::infinity(), tied = 0, right = 0, truths = 0;
  for (std::size_t i = 0; i < pool.size(); ++i) {
    truths += pool[i].is_truth ? 1 : 0;
    if (values[i] < best) continue;
    if (values[i] > best) tied = right = 0;
    best = values[i];
    ++tied;
    right += pool[i].is_truth ? 1 : 0;
  }
  return {right / tied, truths / static_cast<double>(pool.size())};
}

bool tells_apart(const PoolTexts& pool) {
  const auto truths = std::ranges::count_if(pool.written, &WrittenCandidate::is_truth);
  return truths > 0 && truths < static_cast<std::ptrdiff_t>(pool.written.size()) &&
         std::ranges::any_of(pool.standardised, &WrittenCandidate::is_truth);
}

/// Sums of fractions carry rounding; a whole number must not fall below itself.
std::size_t whole(double sum) {
  return static_cast<std::size_t>(std::floor(sum + 1e-9));
}

double corrected(double p, std::size_t rules) {
  return std::min(1.0, p * static_cast<double>(rules));
}

/// @param tried how many rules the result is one of
RuleResult result_of(const std::string& name, std::span<const Outcome> written,
                     std::span<const Outcome> standardised, std::size_t tried) {
  RuleResult result;
  result.rule = name;
  std::vector<double> chances, standardised_chances;
  std::size_t wins = 0, decided = 0;
  for (std::size_t i = 0; i < written.size(); ++i) {
    result.first += written[i].first;
    result.by_chance += written[i].chance;
    result.standardised += standardised[i].first;
    result.by_chance_standardised += standardised[i].chance;
    chances.push_back(written[i].chance);
    standardised_chances.push_back(standardised[i].chance);
    // Merging the texts of one structure changes the chance a little: that decides nothing.
    const double excess = written[i].first - standardised[i].first;
    const double margin = 2 * std::max(written[i].chance, standardised[i].chance);
    wins += excess > margin ? 1 : 0;
    decided += std::abs(excess) > margin ? 1 : 0;
  }
  result.p_chance = corrected(chance_of_at_least(whole(result.first), chances), tried);
  result.p_standardised_chance =
      corrected(chance_of_at_least(whole(result.standardised), standardised_chances), tried);
  result.p_excess = corrected(sign_test(wins, decided), tried);
  return result;
}

std::vector<Outcome> outcomes(const Preference& prefer, std::span<const PoolTexts* const> pools,
                              std::vector<WrittenCandidate> PoolTexts::*spelling) {
  std::vector<Outcome> all;
  for (const auto* pool : pools) all.push_back(outcome_of(prefer, pool->*spelling));
  return all;
}

enum class CountedFrom { front, end };

/// The i-th text of a list, counted from one of its ends.
std::size_t place_of(std::size_t i, std::size_t texts, CountedFrom from) {
  return from == CountedFrom::front ? i : texts - 1 - i;
}

/// One fixed place of every list: a list that ends before it is judged by its last text.
Preference fixed_place(std::size_t place, CountedFrom from) {
  return [place, from](const WrittenPool& pool) {
    std::vector<double> values(pool.size());
    values[place_of(std::min(place, pool.size() - 1), pool.size(), from)] = 1;
    return values;
  };
}

/// The place that holds most truths, as one result, corrected for the places tried.
RuleResult best_place(std::span<const PoolTexts* const> pools, CountedFrom from,
                      std::size_t rules) {
  std::vector<double> truths_at;
  for (const auto* pool : pools) {
    const std::size_t texts = pool->written.size();
    truths_at.resize(std::max(truths_at.size(), texts));
    for (std::size_t i = 0; i < texts; ++i) {
      truths_at[i] += pool->written[place_of(i, texts, from)].is_truth ? 1 : 0;
    }
  }
  const auto best = static_cast<std::size_t>(std::max_element(truths_at.begin(), truths_at.end()) -
                                             truths_at.begin());
  const Preference prefer = fixed_place(best, from);
  return result_of(fmt::format("place {} of the list{}", best + 1,
                               from == CountedFrom::end ? ", from its end" : ""),
                   outcomes(prefer, pools, &PoolTexts::written),
                   outcomes(prefer, pools, &PoolTexts::standardised), rules * truths_at.size());
}

}  // namespace

RuleVerdict verdict_of(const RuleResult& result) {
  if (result.p_chance < kLeakLevel && result.p_excess < kLeakLevel) return RuleVerdict::leak;
  const bool prior = result.p_chance < kLeakLevel || result.p_standardised_chance < kLeakLevel;
  return prior ? RuleVerdict::prior : RuleVerdict::nothing;
}

std::vector<RuleResult> try_text_rules(std::span<const PoolTexts> pools) {
  std::vector<const PoolTexts*> used;
  for (const auto& pool : pools) {
    if (tells_apart(pool)) used.push_back(&pool);
  }
  std::vector<RuleResult> results;
  if (used.empty()) return results;
  const auto rules = all_rules();
  const std::size_t tried = rules.size() + 2;  // and the best places
  for (const auto& [name, prefer] : rules) {
    results.push_back(result_of(name, outcomes(prefer, used, &PoolTexts::written),
                                outcomes(prefer, used, &PoolTexts::standardised), tried));
  }
  for (const auto from : {CountedFrom::front, CountedFrom::end}) {
    results.push_back(best_place(used, from, tried));
  }
  return results;
}

}  // namespace specbridge
