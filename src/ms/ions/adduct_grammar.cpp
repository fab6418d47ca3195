#include "ms/ions/adduct_grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/characters.h"
#include "base/text.h"
#include "ms/formats/max_charge.h"
#include "ms/ions/adduct_tables.h"

namespace specbridge {
namespace {

constexpr int kMaxMultiplicity = 99;
constexpr int kMaxNesting = 4;

/// Removes and returns the digits at the start.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

/// 1 to 99, no digits being 1.
std::optional<int> multiplicity(std::string_view digits) {
  if (digits.empty()) return 1;
  const auto count = parse_integer(digits);
  const bool possible = count && *count >= 1 && *count <= kMaxMultiplicity;
  return possible ? std::optional(static_cast<int>(*count)) : std::nullopt;
}

struct Formula {
  Composition composition{};
  bool acid = false;
};

std::optional<Formula> formula_of(std::string_view text) {
  const std::string upper = to_upper(text);
  for (const auto& [name, formula] : kAbbreviations) {
    if (upper != name) continue;
    const bool acid = std::find(kAcids.begin(), kAcids.end(), upper) != kAcids.end();
    return Formula{*parse_composition(formula), acid};
  }
  const auto composition = parse_composition(text);
  return composition ? std::optional(Formula{*composition, false}) : std::nullopt;
}

/// "2H", "H2O", "37Cl", "3ACN": the number in front is a count unless it labels an isotope.
std::optional<AdductGroup> parse_group(std::string_view digits, std::string_view formula) {
  const auto number = digits.empty() ? std::nullopt : parse_integer(digits);
  constexpr long long kMaxMassNumber = 300;
  if (number && *number <= kMaxMassNumber && is_mass_number(static_cast<int>(*number), formula)) {
    const auto labelled = parse_labelled(static_cast<int>(*number), formula);
    if (!labelled) return {};
    return AdductGroup{1, *labelled, fmt::format("{}{}", digits, formula), false};
  }
  const auto count = multiplicity(digits);
  const auto read = formula_of(formula);
  if (!count || !read) return {};
  return AdductGroup{*count, read->composition, std::string(formula), read->acid};
}

/// Descends through the text of an ion type; every function is false where it cannot be read.
class BodyParser {
 public:
  explicit BodyParser(std::string_view text) : rest_(text) {}

  std::optional<AdductBody> read() {
    return ion(0) && rest_.empty() ? std::optional(std::move(body_)) : std::nullopt;
  }

 private:
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  /// "2M+H", "(M+NH3)+H"
  bool ion(int depth) {
    if (take("(")) {
      if (depth == kMaxNesting || !ion(depth + 1) || !take(")")) return false;
    } else {
      const auto count = multiplicity(take_digits(rest_));
      if (!count || !(take("Cat") || take("M"))) return false;
      body_.multimer = *count;
    }
    return terms(1, depth);
  }

  bool terms(int factor, int depth) {
    while (!rest_.empty() && is_sign(rest_.front())) {
      const int sign = take("+") ? 1 : (rest_.remove_prefix(1), -1);
      if (!group(sign * factor, depth)) return false;
    }
    return true;
  }

  bool group(int factor, int depth) {
    const auto digits = take_digits(rest_);
    if (take("(")) return sum(factor, digits, depth);
    const auto end = std::find_if_not(rest_.begin(), rest_.end(),
                                      [](char c) { return is_digit(c) || is_letter(c); });
    const auto formula = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(formula.size());
    auto group = parse_group(digits, formula);
    if (!group) return false;
    group->count *= factor;
    body_.groups.push_back(std::move(*group));
    return true;
  }

  /// What follows "k(": "H2O+CO)" or "H2O)2".
  bool sum(int factor, std::string_view before, int depth) {
    if (depth == kMaxNesting) return false;
    const std::size_t first = body_.groups.size();
    const bool has_sign = !rest_.empty() && is_sign(rest_.front());
    if (!has_sign && !group(factor, depth + 1)) return false;
    if (!terms(factor, depth + 1) || !take(")")) return false;
    const auto after = take_digits(rest_);
    const auto count = multiplicity(before.empty() ? after : before);
    if (!count || (!before.empty() && !after.empty())) return false;
    for (std::size_t i = first; i < body_.groups.size(); ++i) {
      body_.groups[i].count *= *count;
      if (std::abs(body_.groups[i].count) > kMaxMultiplicity) return false;
    }
    return body_.groups.size() > first;
  }

  std::string_view rest_;
  AdductBody body_;
};

}  // namespace

std::optional<AdductBody> parse_adduct_body(std::string_view text) {
  return BodyParser(text).read();
}

std::string text_of(const AdductBody& body) {
  std::string text = body.multimer == 1 ? "M" : fmt::format("{}M", body.multimer);
  for (const auto& group : body.groups) {
    const int count = std::abs(group.count);
    text += group.count < 0 ? '-' : '+';
    const bool apart = is_digit(group.text.front()) || is_mass_number(count, group.text);
    if (count == 1) {
      text += group.text;
    } else {
      text +=
          apart ? fmt::format("{}({})", count, group.text) : fmt::format("{}{}", count, group.text);
    }
  }
  return text;
}

std::optional<int> parse_adduct_charge(std::string_view text) {
  const auto first = text.find_first_of("+-");
  if (first == std::string_view::npos) return {};
  const char sign = text[first];
  const auto past = std::min(text.find_first_not_of(sign, first), text.size());
  const std::string_view before = text.substr(0, first), after = text.substr(past);
  const auto signs = static_cast<int>(past - first);
  if (!before.empty() && !after.empty()) return {};
  const std::string_view digits = before.empty() ? after : before;
  if (!digits.empty() && signs > 1) return {};
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return {};
  const auto magnitude = digits.empty() ? std::optional(signs) : multiplicity(digits);
  if (!magnitude || *magnitude > kMaxCharge) return {};
  return sign == '+' ? *magnitude : -*magnitude;
}

Composition net_composition(const AdductBody& body) {
  Composition net{};
  for (const auto& group : body.groups) {
    for (std::size_t i = 0; i < net.size(); ++i) net[i] += group.count * group.composition[i];
  }
  return net;
}

}  // namespace specbridge
