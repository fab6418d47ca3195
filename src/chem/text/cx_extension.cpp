#include "chem/text/cx_extension.h"

#include <GraphMol/GraphMol.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kIndices = "0123456789.,:;-";

/// Where the extension that a text begins with ends, behind its second bar; nothing without one.
std::optional<std::size_t> end_of_extension(std::string_view text) {
  if (!text.starts_with('|')) return {};
  const auto bar = text.find('|', 1);
  if (bar == std::string_view::npos) return {};
  const bool ends = bar + 1 == text.size() || kBlanks.find(text[bar + 1]) != std::string_view::npos;
  return ends ? std::optional(bar + 1) : std::nullopt;
}

/// What a feature means for the molecule.
enum class Meaning { nothing, data, undefined, not_written };

struct Feature {
  std::string_view key;
  Meaning meaning;
  std::string_view words;  ///< why it is refused
};

// Keys that begin another stand behind it. Source: ChemAxon Extended SMILES (CXSMILES).
constexpr std::array kFeatures = {
    Feature{"ctu:", Meaning::nothing, ""},  // double bonds: cis, trans, either
    Feature{"c:", Meaning::nothing, ""},
    Feature{"t:", Meaning::nothing, ""},
    Feature{"wU:", Meaning::nothing, ""},  // wedges
    Feature{"wD:", Meaning::nothing, ""},
    Feature{"w:", Meaning::nothing, ""},
    Feature{"a:", Meaning::nothing, ""},  // absolute centres; "o1:" and "&1:" are relative ones
    Feature{"@:", Meaning::nothing, ""},
    Feature{"r", Meaning::nothing, ""},     // a racemate; "rb:" is further below
    Feature{"f:", Meaning::nothing, ""},    // which fragments go together
    Feature{"lp:", Meaning::nothing, ""},   // lone pairs
    Feature{"SgH:", Meaning::nothing, ""},  // order of groups
    Feature{"Sg:gen:", Meaning::data, ""},  // plain brackets
    Feature{"SgD:", Meaning::data, ""},     // data
    Feature{"atomProp:", Meaning::data, ""},
    Feature{"Sg:", Meaning::undefined, "a polymer or mixture"},
    Feature{"LN:", Meaning::undefined, "repeating units"},
    Feature{"m:", Meaning::undefined, "bonds without a fixed place"},
    Feature{"RG:", Meaning::undefined, "R groups"},
    Feature{"LOG:", Meaning::undefined, "R groups"},
    Feature{"rb:", Meaning::undefined, "a query"},
    Feature{"s:", Meaning::undefined, "a query"},
    Feature{"u:", Meaning::undefined, "a query"},
    Feature{"C:", Meaning::not_written, "coordinate bonds; write them as \"->\""},
    Feature{"H:", Meaning::not_written, "hydrogen bonds; leave them out"},
    Feature{"Z:", Meaning::not_written, "bonds of order zero; leave them out"},
};

Rejection refuse(const char* reason, std::string_view words) {
  return {reason, fmt::format("has an extension that states {}", words)};
}

Rejection undefined(std::string_view words) {
  return refuse("wildcard", fmt::format("{}; expected a fully defined structure", words));
}

Rejection unknown(std::string_view rest) {
  return refuse("not_smiles",
                fmt::format("\"{}\", which this program does not know", one_line(rest, 40)));
}

/// Reads an extension from left to right.
class ExtensionReader {
 public:
  ExtensionReader(std::string_view text, RDKit::RWMol& mol) : rest_(text), mol_(mol) {}

  std::optional<Rejection> read() {
    while (true) {
      rest_.remove_prefix(std::min(rest_.find_first_not_of(", \t"), rest_.size()));
      if (rest_.empty()) return {};
      if (auto rejection = read_feature()) return rejection;
    }
  }

 private:
  std::optional<Rejection> read_feature() {
    switch (rest_.front()) {
      case '(':
        return skip_to(')');
      case '$':
        return read_labels();
      case '^':
        return read_radicals();
      case '&':
      case 'o':
        return read_stereo_group();
      default:
        return read_keyed();
    }
  }

  /// Passes over everything up to a closing character.
  std::optional<Rejection> skip_to(char closing) {
    const auto end = rest_.find(closing, 1);
    if (end == std::string_view::npos) return unknown(rest_);
    rest_.remove_prefix(end + 1);
    return {};
  }

  /// "$;R1;star_e$": a label of an atom each; some make the atom a place for others.
  std::optional<Rejection> read_labels() {
    const auto end = rest_.find('$', 1);
    if (end == std::string_view::npos) return unknown(rest_);
    const auto labels = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (labels.starts_with("_AV:")) return {};
    for (const auto label : split(labels, ';')) {
      const bool open = label.ends_with("_e") || label.ends_with("_p") || label.starts_with("_R") ||
                        label.starts_with("_AP");
      if (open) return undefined(fmt::format("\"{}\"", one_line(label, 40)));
    }
    return {};
  }

  /// "^1:0,3": radicals of a kind on some atoms.
  std::optional<Rejection> read_radicals() {
    constexpr std::array<unsigned, 8> kElectrons = {0, 1, 2, 2, 2, 3, 3, 3};
    const auto text = rest_;
    const auto kind =
        text.size() > 2 && text[2] == ':' ? parse_integer(text.substr(1, 1)) : std::nullopt;
    if (!kind || *kind < 1 || *kind > 7) return unknown(text);
    rest_.remove_prefix(3);
    const auto length = std::min(rest_.find_first_not_of("0123456789,"), rest_.size());
    for (const auto part : split(rest_.substr(0, length), ',')) {
      if (part.empty()) continue;
      const auto atom = parse_integer(part);
      if (!atom || *atom >= static_cast<long long>(mol_.getNumAtoms())) return unknown(text);
      mol_.getAtomWithIdx(static_cast<unsigned>(*atom))
          ->setNumRadicalElectrons(kElectrons[static_cast<std::size_t>(*kind)]);
    }
    rest_.remove_prefix(length);
    return {};
  }

  /// "&1:3,5" and "o2:7": centres of which only the relation is known.
  std::optional<Rejection> read_stereo_group() {
    std::size_t length = 1;
    while (length < rest_.size() && is_digit(rest_[length])) ++length;
    if (length == 1 || length == rest_.size() || rest_[length] != ':') return unknown(rest_);
    rest_.remove_prefix(length);
    skip_indices();
    return {};
  }

  std::optional<Rejection> read_keyed() {
    // The longest key wins: "rb:" is a query, "r" a racemate.
    const Feature* found = nullptr;
    for (const auto& feature : kFeatures) {
      const bool longer = found == nullptr || feature.key.size() > found->key.size();
      if (rest_.starts_with(feature.key) && longer) found = &feature;
    }
    if (found == nullptr) return unknown(rest_);
    if (found->meaning == Meaning::undefined) return undefined(found->words);
    if (found->meaning == Meaning::not_written) return refuse("not_smiles", found->words);
    rest_.remove_prefix(found->key.size());
    skip_indices();
    if (found->meaning == Meaning::data) skip_text();
    return {};
  }

  void skip_indices() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kIndices), rest_.size()));
  }

  /// Data behind the indices, up to a comma that stands in no parentheses.
  void skip_text() {
    int depth = 0;
    std::size_t length = 0;
    for (; length < rest_.size() && (depth > 0 || rest_[length] != ','); ++length) {
      if (rest_[length] == '(') ++depth;
      if (rest_[length] == ')') --depth;
    }
    rest_.remove_prefix(length);
  }

  std::string_view rest_;
  RDKit::RWMol& mol_;
};

}  // namespace

LeadingStructure leading_structure(std::string_view text) {
  text = trim(text);
  const auto blank = text.find_first_of(kBlanks);
  if (blank == std::string_view::npos) return {text, {}};
  const auto rest = trim(text.substr(blank));
  const auto extension = end_of_extension(rest);
  if (!extension) return {text.substr(0, blank), rest};
  const std::size_t end = text.size() - rest.size() + *extension;
  return {text.substr(0, end), trim(text.substr(end))};
}

bool is_extension(std::string_view text) {
  return end_of_extension(text) == text.size();
}

ExtendedSmiles split_extension(std::string_view text) {
  const auto blank = text.find_first_of(kBlanks);
  const auto [structure, rest] = leading_structure(text);
  if (!rest.empty() || structure.size() == blank || blank == std::string_view::npos) {
    return {text, std::nullopt};
  }
  const auto bar = structure.find('|', blank);
  return {structure.substr(0, blank), structure.substr(bar + 1, structure.size() - bar - 2)};
}

std::optional<Rejection> apply_extension(std::string_view extension, RDKit::RWMol& mol) {
  return ExtensionReader(extension, mol).read();
}

}  // namespace specbridge
