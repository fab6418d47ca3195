#include "chem/formulas/formula.h"

#include <GraphMol/PeriodicTable.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/characters.h"
#include "base/text.h"

namespace specbridge {
namespace {

constexpr long long kMaxCount = 100000;
constexpr int kMaxDepth = 8;

constexpr std::array<std::string_view, 118> kSymbols = {
    "H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na", "Mg", "Al", "Si", "P",
    "S",  "Cl", "Ar", "K",  "Ca", "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn",
    "Ga", "Ge", "As", "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru", "Rh",
    "Pd", "Ag", "Cd", "In", "Sn", "Sb", "Te", "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd",
    "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W",  "Re",
    "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th",
    "Pa", "U",  "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf", "Db",
    "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og"};

using Counts = std::map<std::string, long long>;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

/// Reads groups "(C2H4)3" and elements from the front of a formula.
class FormulaParser {
 public:
  explicit FormulaParser(std::string_view text) : text_(text) {}

  std::optional<Counts> parse() {
    auto counts = parse_sequence(0);
    return text_.empty() ? counts : std::nullopt;
  }

 private:
  /// Up to the end or a closing parenthesis; at least one part.
  std::optional<Counts> parse_sequence(int depth) {
    Counts counts;
    while (!text_.empty() && text_.front() != ')') {
      const auto part = text_.front() == '(' ? take_group(depth + 1) : take_element();
      const auto times = part ? take_count() : std::nullopt;
      if (!times) return {};
      for (const auto& [symbol, count] : *part) {
        counts[symbol] += count * *times;
        if (counts[symbol] > kMaxCount) return {};
      }
    }
    return counts.empty() ? std::nullopt : std::optional(counts);
  }

  std::optional<Counts> take_group(int depth) {
    if (depth > kMaxDepth) return {};
    text_.remove_prefix(1);
    auto inside = parse_sequence(depth);
    if (!inside || text_.empty()) return {};
    text_.remove_prefix(1);
    return inside;
  }

  std::optional<Counts> take_element() {
    const std::size_t length = text_.size() > 1 && is_lower(text_[1]) ? 2 : 1;
    auto symbol = text_.substr(0, length);
    text_.remove_prefix(length);
    if (symbol == "D" || symbol == "T") symbol = "H";
    if (std::find(kSymbols.begin(), kSymbols.end(), symbol) == kSymbols.end()) return {};
    return Counts{{std::string(symbol), 1}};
  }

  std::optional<long long> take_count() {
    std::size_t length = 0;
    while (length < text_.size() && is_digit(text_[length])) ++length;
    if (length == 0) return 1;
    const auto count = parse_integer(text_.substr(0, length));
    text_.remove_prefix(length);
    return count && *count > 0 && *count <= kMaxCount ? count : std::nullopt;
  }

  std::string_view text_;
};

/// "[C5H12N]2+", "C5H12N+" and "C5H12N+2" without brackets and charge; blanks are dropped.
std::string without_charge(std::string_view text) {
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), ' '), plain.end());
  if (plain.starts_with('[')) {
    const auto close = plain.find(']');
    const auto rest = close == std::string::npos ? std::string() : plain.substr(close + 1);
    const bool only_charge = rest.find_first_not_of("0123456789+-") == std::string::npos;
    return close != std::string::npos && only_charge ? plain.substr(1, close - 1) : std::string();
  }
  const auto sign = plain.find_first_of("+-");
  const bool charge_ends = sign == std::string::npos ||
                           plain.find_first_not_of("0123456789+-", sign) == std::string::npos;
  return charge_ends ? plain.substr(0, sign) : std::string();
}

std::string part(const std::string& symbol, long long count) {
  return count == 1 ? symbol : fmt::format("{}{}", symbol, count);
}

}  // namespace

std::optional<std::string> hill_formula(std::string_view text) {
  constexpr std::size_t kMaxLength = 200;
  if (text.size() > kMaxLength) return {};
  const std::string plain = without_charge(trim(text));
  auto counts = FormulaParser(plain).parse();
  if (!counts) return {};
  std::string hill;
  if (counts->contains("C")) {
    for (const std::string symbol : {"C", "H"}) {
      if (counts->contains(symbol)) hill += part(symbol, counts->at(symbol));
      counts->erase(symbol);
    }
  }
  for (const auto& [symbol, count] : *counts) hill += part(symbol, count);
  return hill;
}

std::optional<std::map<std::string, long long>> atoms_of_formula(std::string_view text) {
  return FormulaParser(without_charge(text)).parse();
}

std::string_view element_symbol(unsigned atomic_number) {
  return kSymbols.at(std::size_t{atomic_number} - 1);
}

std::optional<double> formula_mass(std::string_view text) {
  const auto counts = atoms_of_formula(text);
  if (!counts) return {};
  const auto* table = RDKit::PeriodicTable::getTable();
  double mass = 0;
  for (const auto& [symbol, count] : *counts) {
    mass += static_cast<double>(count) * table->getMostCommonIsotopeMass(symbol);
  }
  return mass;
}

}  // namespace specbridge
