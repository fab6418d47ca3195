#include "specbridge/ms/adduct.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "ms/adduct_tables.h"
#include "ms/composition.h"
#include "specbridge/base/error.h"
#include "specbridge/base/text.h"

namespace specbridge {
namespace {

constexpr double kElectronMass = 0.000548579909;  // Da; CODATA 2018
constexpr int kMaxCharge = 20;
constexpr int kMaxMultiplicity = 99;

struct Group {
  int count = 1;  // negative: lost
  Composition composition{};
};

/// An ion type before its charge is settled.
struct Body {
  int multimer = 1;
  std::vector<Group> groups;
  std::string text;  // "2M+H"
};

struct Pieces {
  std::string_view body;
  std::string_view charge;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_sign(char c) {
  return c == '+' || c == '-';
}

std::optional<int> take_multiplicity(std::string_view& text) {
  if (text.empty() || !is_digit(text.front())) return 1;
  int count = 0;
  while (!text.empty() && is_digit(text.front()) && count <= kMaxMultiplicity) {
    count = count * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  return count >= 1 && count <= kMaxMultiplicity ? std::optional(count) : std::nullopt;
}

std::optional<Composition> composition_of_group(std::string_view text) {
  const std::string upper = to_upper(text);
  for (const auto& abbreviation : kAbbreviations) {
    if (upper == abbreviation.name) return parse_composition(abbreviation.formula);
  }
  return parse_composition(text);
}

std::optional<Group> parse_group(std::string_view text, int sign) {
  const auto count = take_multiplicity(text);
  if (!count) return {};
  const auto composition = composition_of_group(text);
  if (!composition) return {};
  return Group{sign * *count, *composition};
}

/// Reads "n? (M|Cat) ((+|-) group)*".
std::optional<Body> parse_body(std::string_view text) {
  Body body;
  body.text = text;
  const auto multimer = take_multiplicity(text);
  if (!multimer) return {};
  body.multimer = *multimer;
  if (text.starts_with("Cat")) {
    text.remove_prefix(3);
    body.text =
        body.multimer == 1 ? fmt::format("M{}", text) : fmt::format("{}M{}", *multimer, text);
  } else if (text.starts_with('M')) {
    text.remove_prefix(1);
  } else {
    return {};
  }
  while (!text.empty()) {
    if (!is_sign(text.front())) return {};
    const int sign = text.front() == '+' ? 1 : -1;
    text.remove_prefix(1);
    const auto length = std::min(text.find_first_of("+-"), text.size());
    const auto group = parse_group(text.substr(0, length), sign);
    if (!group) return {};
    body.groups.push_back(*group);
    text.remove_prefix(length);
  }
  return body;
}

/// Reads "+", "--", "2+", "1-", "+2"; nothing for anything else.
std::optional<int> parse_charge(std::string_view text) {
  const auto first = text.find_first_of("+-");
  if (first == std::string_view::npos) return {};
  const char sign = text[first];
  const auto past = std::min(text.find_first_not_of(sign, first), text.size());
  std::string_view before = text.substr(0, first), after = text.substr(past);
  const auto signs = static_cast<int>(past - first);
  if (!before.empty() && !after.empty()) return {};
  std::string_view digits = before.empty() ? after : before;
  if (!digits.empty() && signs > 1) return {};
  const bool stated = !digits.empty();
  const auto magnitude = take_multiplicity(digits);
  if (!magnitude || !digits.empty()) return {};
  const int charge = stated ? *magnitude : signs;
  if (charge > kMaxCharge) return {};
  return sign == '+' ? charge : -charge;
}

std::optional<int> charge_of_group(const Composition& composition) {
  const auto equal = [&](const ChargedGroup& group) {
    return parse_composition(group.formula) == composition;
  };
  const auto* known = std::find_if(kGroupCharges.begin(), kGroupCharges.end(), equal);
  return known != kGroupCharges.end() ? std::optional(known->charge) : std::nullopt;
}

/// The charge that follows from the groups: [M+H] is 1+, [M-2H] is 2-.
std::optional<int> inferred_charge(const Body& body) {
  int charge = 0;
  for (const auto& group : body.groups) {
    const auto each = charge_of_group(group.composition);
    if (!each) return {};
    charge += group.count * *each;
  }
  const bool possible = charge != 0 && std::abs(charge) <= kMaxCharge;
  return possible ? std::optional(charge) : std::nullopt;
}

Composition net_composition(const Body& body) {
  Composition net{};
  for (const auto& group : body.groups) {
    for (std::size_t i = 0; i < net.size(); ++i) net[i] += group.count * group.composition[i];
  }
  return net;
}

std::string charge_suffix(int charge) {
  const char sign = charge < 0 ? '-' : '+';
  return std::abs(charge) == 1 ? std::string(1, sign) : fmt::format("{}{}", std::abs(charge), sign);
}

struct KnownIon {
  std::string_view name;
  int multimer, charge;
  Composition net;
};

std::vector<KnownIon> known_ions() {
  std::vector<KnownIon> ions;
  for (const auto name : kCanonicalNames) {
    const auto close = name.find(']');
    const auto body = parse_body(name.substr(1, close - 1));
    const auto charge = parse_charge(name.substr(close + 1));
    if (!body || !charge) throw std::logic_error(fmt::format("bad entry {}", name));
    ions.push_back({name, body->multimer, *charge, net_composition(*body)});
  }
  return ions;
}

Adduct make_adduct(const Body& body, int charge) {
  static const std::vector<KnownIon> kKnownIons = known_ions();
  const auto net = net_composition(body);
  const auto known = std::find_if(kKnownIons.begin(), kKnownIons.end(), [&](const KnownIon& ion) {
    return ion.multimer == body.multimer && ion.charge == charge && ion.net == net;
  });
  Adduct adduct;
  adduct.name = known != kKnownIons.end() ? std::string(known->name)
                                          : fmt::format("[{}]{}", body.text, charge_suffix(charge));
  adduct.multimer = body.multimer;
  adduct.charge = charge;
  adduct.delta = mass_of(net) - charge * kElectronMass;
  return adduct;
}

std::optional<Adduct> settle(const Body& body, std::string_view charge_text) {
  const auto charge = charge_text.empty() ? inferred_charge(body) : parse_charge(charge_text);
  if (!charge) return {};
  return make_adduct(body, *charge);
}

/// "M+H", "M+H+", "M+2H2+", "M+H[1+]": without brackets the last digits may belong to a group or to
/// the charge; the reading whose groups explain the charge wins.
std::optional<Adduct> parse_unbracketed(std::string_view text) {
  if (const auto open = text.find('['); open != std::string_view::npos && text.back() == ']') {
    const auto body = parse_body(text.substr(0, open));
    const auto tail = text.substr(open + 1, text.size() - open - 2);
    return body && !tail.empty() ? settle(*body, tail) : std::nullopt;
  }
  if (text.empty() || !is_sign(text.back())) {
    const auto body = parse_body(text);
    return body ? settle(*body, "") : std::nullopt;
  }
  auto start = text.find_last_not_of("+-") + 1;
  const auto plain = parse_body(text.substr(0, start));
  if (start > 0 && is_digit(text[start - 1])) {
    std::size_t digits = start;
    while (digits > 0 && is_digit(text[digits - 1])) --digits;
    const auto shorter = parse_body(text.substr(0, digits));
    const auto charge = parse_charge(text.substr(digits));
    if (shorter && charge && inferred_charge(*shorter) == charge)
      return make_adduct(*shorter, *charge);
    const auto plain_charge = parse_charge(text.substr(start));
    if (!plain || inferred_charge(*plain) != plain_charge) return {};
  }
  return plain ? settle(*plain, text.substr(start)) : std::nullopt;
}

/// The text without blanks and radical marks.
std::string tidied(std::string_view text) {
  std::string tidy;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '*' && c != '.') tidy += c;
  }
  constexpr std::string_view kBullet = "\xe2\x80\xa2";
  if (const auto at = tidy.find(kBullet); at != std::string::npos) tidy.erase(at, kBullet.size());
  return tidy;
}

/// What stands in brackets, "(M+NH3)+H" without its parentheses and "M+HCOO-" without the charge of
/// its last group.
std::string inner_text(std::string_view inside) {
  std::string text(inside);
  std::erase_if(text, [](char c) { return c == '(' || c == ')'; });
  const bool signed_group = text.size() > 2 && is_sign(text.back()) && !is_sign(text.end()[-2]) &&
                            text.find_first_of("+-") != text.size() - 1;
  if (signed_group) text.pop_back();
  return text;
}

std::optional<Adduct> parse_one(std::string_view text) {
  const std::string tidy = tidied(text);
  std::string_view name = tidy;
  for (const auto& [synonym, meaning] : kSynonyms) {
    if (name == synonym) name = meaning;
  }
  if (!name.starts_with('[')) return parse_unbracketed(name);
  const auto close = name.find(']');
  if (close == std::string_view::npos) return {};
  const auto body = parse_body(inner_text(name.substr(1, close - 1)));
  return body ? settle(*body, name.substr(close + 1)) : std::nullopt;
}

}  // namespace

std::optional<Adduct> parse_adduct(std::string_view text) {
  constexpr std::size_t kMaxLength = 200;
  if (text.size() > kMaxLength) return {};
  while (true) {  // "a/b" and "a,b": the first alternative that can be read
    const auto end = text.find_first_of("/,");
    const auto adduct = parse_one(text.substr(0, end));
    if (adduct || end == std::string_view::npos) return adduct;
    text.remove_prefix(end + 1);
  }
}

std::vector<Adduct> parse_adduct_list(std::string_view text) {
  std::vector<Adduct> adducts;
  for (const auto part : split(text, ',')) {
    const auto adduct = parse_adduct(part);
    if (!adduct) {
      throw UsageError(
          fmt::format("--adducts: \"{}\" is no adduct; expected for example [M+H]+,[M+Na]+",
                      one_line(trim(part), 80)));
    }
    const auto same = [&](const Adduct& other) { return other.name == adduct->name; };
    if (std::none_of(adducts.begin(), adducts.end(), same)) adducts.push_back(*adduct);
  }
  return adducts;
}

bool contradicts(const Spectrum& spectrum, const Adduct& adduct) {
  const int sign = adduct.charge < 0 ? -1 : 1;
  return (spectrum.charge && *spectrum.charge != adduct.charge) ||
         (spectrum.polarity != 0 && spectrum.polarity != sign);
}

Adduct protonation(int charge) {
  if (charge == 0 || std::abs(charge) > kMaxCharge) {
    throw std::invalid_argument(fmt::format("no ion has the charge {}", charge));
  }
  const int count = std::abs(charge);
  const std::string hydrogens = count == 1 ? "H" : fmt::format("{}H", count);
  const char sign = charge < 0 ? '-' : '+';
  return *parse_adduct(fmt::format("[M{}{}]{}", sign, hydrogens, charge_suffix(charge)));
}

double neutral_mass(const Adduct& adduct, double mz) {
  return (std::abs(adduct.charge) * mz - adduct.delta) / adduct.multimer;
}

double ion_mz(const Adduct& adduct, double mass) {
  return (adduct.multimer * mass + adduct.delta) / std::abs(adduct.charge);
}

}  // namespace specbridge
