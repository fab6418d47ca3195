#include "specbridge/adduct.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "base/characters.h"
#include "base/text.h"
#include "ms/formats/max_charge.h"
#include "ms/ions/adduct_grammar.h"
#include "ms/ions/adduct_tables.h"
#include "ms/ions/composition.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr double kElectronMass = 0.000548579909;  // Da; CODATA 2018
constexpr std::size_t kMaxLength = 200;           // of a name

std::optional<int> charge_of_group(const Composition& composition) {
  const auto equal = [&](const ChargedGroup& group) {
    return parse_composition(group.formula) == composition;
  };
  const auto* known = std::find_if(kGroupCharges.begin(), kGroupCharges.end(), equal);
  return known != kGroupCharges.end() ? std::optional(known->charge) : std::nullopt;
}

/// The charge that follows from the groups: [M+H] is 1+, [M-2H] is 2-.
std::optional<int> inferred_charge(const AdductBody& body) {
  int charge = 0;
  for (const auto& group : body.groups) {
    const auto each = charge_of_group(group.composition);
    if (!each) return {};
    charge += group.count * *each;
  }
  const bool possible = charge != 0 && std::abs(charge) <= kMaxCharge;
  return possible ? std::optional(charge) : std::nullopt;
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
    const auto body = parse_adduct_body(name.substr(1, close - 1));
    const auto charge = parse_adduct_charge(name.substr(close + 1));
    if (!body || !charge) throw std::logic_error(fmt::format("bad entry {}", name));
    ions.push_back({name, body->multimer, *charge, net_composition(*body)});
  }
  return ions;
}

std::optional<Adduct> make_adduct(const AdductBody& body, int charge) {
  static const std::vector<KnownIon> kKnownIons = known_ions();
  const auto net = net_composition(body);
  const auto known = std::find_if(kKnownIons.begin(), kKnownIons.end(), [&](const KnownIon& ion) {
    return ion.multimer == body.multimer && ion.charge == charge && ion.net == net;
  });
  Adduct adduct;
  adduct.name = known != kKnownIons.end()
                    ? std::string(known->name)
                    : fmt::format("[{}]{}", text_of(body), charge_suffix(charge));
  if (adduct.name.size() > kMaxLength) return {};  // parentheses written out
  adduct.multimer = body.multimer;
  adduct.charge = charge;
  adduct.delta = mass_of(net) - charge * kElectronMass;
  return adduct;
}

/// "[M+FA]-": the acid has lost its proton.
AdductBody with_anion(AdductBody body, int charge) {
  const bool acid_alone =
      body.groups.size() == 1 && body.groups[0].acid && body.groups[0].count == 1 && charge == -1;
  if (acid_alone) body.groups.push_back({-1, *parse_composition("H"), "H", false});
  return body;
}

std::optional<Adduct> settle(const AdductBody& body, std::string_view charge_text) {
  const auto charge =
      charge_text.empty() ? inferred_charge(body) : parse_adduct_charge(charge_text);
  if (!charge) return {};
  return make_adduct(with_anion(body, *charge), *charge);
}

/// "M+H", "M+H+", "M+2H2+", "M+H[1+]": without brackets the last digits may belong to a group or to
/// the charge; the reading whose groups explain the charge wins.
std::optional<Adduct> parse_unbracketed(std::string_view text) {
  if (const auto open = text.find('['); open != std::string_view::npos && text.back() == ']') {
    const auto body = parse_adduct_body(text.substr(0, open));
    const auto tail = text.substr(open + 1, text.size() - open - 2);
    return body && !tail.empty() ? settle(*body, tail) : std::nullopt;
  }
  if (text.empty() || !is_sign(text.back())) {
    const auto body = parse_adduct_body(text);
    return body ? settle(*body, "") : std::nullopt;
  }
  auto start = text.find_last_not_of("+-") + 1;
  const auto plain = parse_adduct_body(text.substr(0, start));
  if (start > 0 && is_digit(text[start - 1])) {
    std::size_t digits = start;
    while (digits > 0 && is_digit(text[digits - 1])) --digits;
    const auto shorter = parse_adduct_body(text.substr(0, digits));
    const auto charge = parse_adduct_charge(text.substr(digits));
    if (shorter && charge && inferred_charge(*shorter) == charge)
      return make_adduct(*shorter, *charge);
    const auto plain_charge = parse_adduct_charge(text.substr(start));
    if (!plain || inferred_charge(*plain) != plain_charge) return {};
  }
  return plain ? settle(*plain, text.substr(start)) : std::nullopt;
}

/// Typographic characters and what they stand for.
constexpr std::array<std::array<std::string_view, 2>, 17> kPlain = {{
    {"\xe2\x88\x92", "-"},  // minus sign
    {"\xe2\x80\x93", "-"},  // en dash
    {"\xe2\x80\xa2", "*"},  // bullet
    {"\xc2\xb7", "*"},      // middle dot
    {"\xe2\x81\xba", "+"},
    {"\xe2\x81\xbb", "-"},
    {"\xe2\x81\xb0", "0"},  // superscripts
    {"\xc2\xb9", "1"},
    {"\xc2\xb2", "2"},
    {"\xc2\xb3", "3"},
    {"\xe2\x81\xb4", "4"},
    {"\xe2\x81\xb5", "5"},
    {"\xe2\x81\xb6", "6"},
    {"\xe2\x81\xb7", "7"},
    {"\xe2\x81\xb8", "8"},
    {"\xe2\x81\xb9", "9"},
    {"\xc2\xa0", ""},
}};

std::string in_ascii(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const auto* found = std::find_if(kPlain.begin(), kPlain.end(),
                                     [&](const auto& pair) { return text.starts_with(pair[0]); });
    plain += found != kPlain.end() ? (*found)[1] : text.substr(0, 1);
    text.remove_prefix(found != kPlain.end() ? (*found)[0].size() : 1);
  }
  return plain;
}

/// Whether the character at `at` marks a radical, "[M]+." or "[M*]+", and is no decimal point.
bool is_radical_mark(std::string_view text, std::size_t at) {
  if (text[at] != '*' && text[at] != '.') return false;
  const auto rest = text.substr(at + 1);
  if (std::any_of(rest.begin(), rest.end(), is_letter)) return false;
  return rest.empty() || !is_digit(rest.front()) || (at > 0 && text[at - 1] == ']');
}

/// The text without blanks and radical marks.
std::string tidied(std::string_view text) {
  std::string close = in_ascii(text), tidy;
  std::erase_if(close, [](char c) { return c == ' ' || c == '\t'; });
  for (std::size_t i = 0; i < close.size(); ++i) {
    if (!is_radical_mark(close, i)) tidy += close[i];
  }
  return tidy;
}

/// What stands in brackets, "M+HCOO-" without the charge of its last group.
std::string_view inner_text(std::string_view inside) {
  const bool signed_group = inside.size() > 2 && is_sign(inside.back()) &&
                            !is_sign(inside.end()[-2]) &&
                            inside.find_first_of("+-") != inside.size() - 1;
  if (signed_group) inside.remove_suffix(1);
  return inside;
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
  const auto body = parse_adduct_body(inner_text(name.substr(1, close - 1)));
  return body ? settle(*body, name.substr(close + 1)) : std::nullopt;
}

}  // namespace

std::optional<Adduct> parse_adduct(std::string_view text) {
  if (text.size() > kMaxLength) return {};
  while (true) {  // "a/b" and "a,b": the first alternative that can be read
    const auto end = text.find_first_of("/,");
    const auto adduct = parse_one(text.substr(0, end));
    if (adduct || end == std::string_view::npos) return adduct;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::optional<Adduct>> parse_alternatives(std::string_view text) {
  std::vector<std::optional<Adduct>> adducts;
  if (text.size() > kMaxLength) return adducts;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("/,"), text.size());
    const auto part = trim(text.substr(0, end));
    if (!part.empty()) adducts.push_back(parse_one(part));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return adducts;
}

bool is_unknown_adduct(std::string_view text) {
  constexpr std::array<std::string_view, 7> kWords = {
      "UNKNOWN", "UNK", "UNDEFINED", "UNSPECIFIED", "UNASSIGNED", "OTHER", "NOT SPECIFIED"};
  if (std::ranges::find(kWords, to_upper(trim(text))) != kWords.end()) return true;
  std::string known(text);
  std::erase(known, '?');
  if (known.size() == text.size()) return false;
  // "[M+?]+" and "M+?" have it in place of a group; "[M+H]+?" is a guess, which is no word for it.
  const auto inside = text.substr(0, text.find(']'));
  const bool as_group = std::ranges::any_of(
      std::array{"+?", "-?", "M?", "[?"},
      [&](const char* at) { return inside.find(at) != std::string_view::npos; });
  return as_group || !parse_adduct(known);
}

std::optional<int> charge_behind(std::string_view adduct) {
  const auto close = adduct.rfind(']');
  if (close == std::string_view::npos) return {};
  std::string tail = in_ascii(adduct.substr(close + 1));
  std::erase_if(tail, [](char c) { return c == ' ' || c == '?' || c == '*' || c == '.'; });
  return parse_adduct_charge(tail);
}

std::vector<Adduct> parse_adduct_list(std::string_view text) {
  std::vector<Adduct> adducts;
  for (const auto part : split(text, ',')) {
    const bool alternatives = part.find('/') != std::string_view::npos;
    const auto adduct = alternatives ? std::nullopt : parse_adduct(part);
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
  if (spectrum.polarity != 0 && spectrum.polarity != sign) return true;
  if (!spectrum.charge) return false;
  return spectrum.sign_assumed ? std::abs(*spectrum.charge) != std::abs(adduct.charge)
                               : *spectrum.charge != adduct.charge;
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
