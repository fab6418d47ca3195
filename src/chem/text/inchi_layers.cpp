#include "chem/text/inchi_layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "base/characters.h"
#include "base/text.h"

namespace specbridge {
namespace {

constexpr std::string_view kStandard = "InChI=1S/", kOther = "InChI=1/";
constexpr std::size_t kMaxLength = 4 * kMaxSmilesLength;
constexpr std::size_t kMaxDigits = 4;
constexpr std::size_t kMostInLayer = 999;  // of hydrogens, charges, components

/// Takes a number from the front; 1 where there is none, nothing when it is too long.
std::optional<std::size_t> take_number(std::string_view& text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0) return 1;
  if (digits > kMaxDigits) return {};
  const auto number = parse_integer(text.substr(0, digits));
  text.remove_prefix(digits);
  return static_cast<std::size_t>(number.value_or(0));
}

/// A component of a formula.
struct Component {
  std::size_t atoms = 0;  ///< that are numbered: all but hydrogen, or hydrogen where it is alone
  bool connected = true;  ///< the connection layer names its atoms; it names no hydrogen
};

std::optional<Component> component_of(std::string_view formula) {
  std::size_t heavy = 0, hydrogens = 0;
  while (!formula.empty()) {
    if (formula.front() < 'A' || formula.front() > 'Z') return {};
    const bool two = formula.size() > 1 && formula[1] >= 'a' && formula[1] <= 'z';
    const auto symbol = formula.substr(0, two ? 2 : 1);
    formula.remove_prefix(symbol.size());
    const auto count = take_number(formula);
    if (!count || *count == 0) return {};
    (symbol == "H" ? hydrogens : heavy) += *count;
  }
  if (heavy > 0) return Component{heavy, heavy > 1};
  return hydrogens > 0 ? std::optional(Component{hydrogens, false}) : std::nullopt;
}

/// Every component; nothing when it is no formula.
std::optional<std::vector<Component>> components_of(std::string_view formula) {
  std::vector<Component> components;
  for (auto part : split(formula, '.')) {
    const auto times = take_number(part);
    const auto component = component_of(part);
    if (!times || *times == 0 || *times > kMostInLayer || !component) return {};
    components.insert(components.end(), *times, *component);
    if (components.size() > kMostInLayer) return {};
  }
  return components;
}

bool parentheses_close(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')' && --depth < 0) return false;
  }
  return depth == 0;
}

/// Whether every number of a component's part names one of its atoms. Behind H, D and T stand
/// counts, behind signs of isotopes differences.
bool numbers_fit(char layer, std::string_view text, std::size_t atoms) {
  char before = ' ';
  while (!text.empty()) {
    if (!is_digit(text.front())) {
      before = text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto number = take_number(text);
    const bool counts = is_letter(before) || (layer == 'i' && is_sign(before));
    if (!number || *number == 0 || *number > (counts ? kMostInLayer : atoms)) return false;
    before = ' ';
  }
  return true;
}

/// Whether a component's connections name each of its atoms, with a number between any two signs.
/// The InChI library reads beyond its lists where they do not. Source: InChI Technical Manual,
/// "Connection layer"; so are those of all structures that were tried.
bool connects_all(std::string_view text, const Component& component) {
  if (!component.connected) return text.empty();
  std::vector<bool> named(component.atoms);
  for (bool after_sign = true; after_sign || !text.empty(); after_sign = !after_sign) {
    if (!after_sign) {
      text.remove_prefix(1);
      continue;
    }
    if (text.empty() || !is_digit(text.front())) return false;
    const auto number = take_number(text);
    if (!number || *number == 0 || *number > component.atoms) return false;
    named[*number - 1] = true;
  }
  return std::ranges::find(named, false) == named.end();
}

/// Whether one part of a layer suits some components alike.
bool fits(char layer, std::string_view part, std::span<const Component> components) {
  return parentheses_close(part) && std::ranges::all_of(components, [&](const Component& one) {
           return layer == 'c' ? connects_all(part, one) : numbers_fit(layer, part, one.atoms);
         });
}

/// Whether a layer suits the components: no more parts than there are, each with its own atoms.
bool suits(char name, std::string_view layer, const std::vector<Component>& components) {
  std::size_t component = 0;
  for (auto part : split(layer, ';')) {
    std::size_t times = 1;
    if (const auto star = part.find('*'); star != std::string_view::npos) {
      auto number = part.substr(0, star);
      times = take_number(number).value_or(0);
      if (!number.empty() || times == 0) return false;
      part.remove_prefix(star + 1);
    }
    if (times > components.size() - component) return false;
    if (!fits(name, part, std::span(components).subspan(component, times))) return false;
    component += times;
    if (component == components.size()) {
      return part.data() + part.size() == layer.data() + layer.size();
    }
  }
  return true;
}

/// The characters that a layer may hold; empty: the layer is none of a molecule.
std::string_view alphabet_of(char layer) {
  switch (layer) {
    case 'c':
      return "0123456789-(),;*";
    case 'h':
      return "0123456789-(),;*HDT";
    case 'q':
    case 'p':
      return "0123456789+-;*";
    case 'i':
      return "0123456789+-,;*HDT";
    default:
      return {};
  }
}

/// Collects the layers of a molecule in their order.
class LayerReader {
 public:
  explicit LayerReader(std::vector<Component> components) : components_(std::move(components)) {}

  bool add(std::string_view layer) {
    constexpr std::string_view kStereo = "btms";
    if (layer.empty()) return false;
    if (kStereo.find(layer.front()) != std::string_view::npos) return true;
    const char name = layer.front();
    const auto content = layer.substr(1);
    const auto alphabet = alphabet_of(name);
    if (alphabet.empty() || content.find_first_not_of(alphabet) != std::string_view::npos)
      return false;
    // In the order c h q p i, and once more h for the mobile hydrogens of i.
    constexpr std::string_view kOrder = "chqpi";
    const bool mobile_isotopes = name == 'h' && last_ == 'i';
    const bool in_order = last_ == 0 || kOrder.find(name) > kOrder.find(last_);
    if (!mobile_isotopes && !in_order) return false;
    last_ = mobile_isotopes ? 'x' : name;
    const bool of_charges = name == 'q' || name == 'p';
    if (!of_charges && !mobile_isotopes && !suits(name, content, components_)) return false;
    layers_ += fmt::format("/{}", layer);
    return true;
  }

  const std::string& layers() const { return layers_; }

 private:
  std::vector<Component> components_;
  std::string layers_;
  char last_ = 0;
};

Rejection malformed(std::string_view inchi) {
  return {"not_inchi", fmt::format("\"{}\" is not a well-formed InChI", one_line(inchi, 120))};
}

}  // namespace

bool is_inchi(std::string_view text) {
  return text.starts_with("InChI=");
}

std::variant<std::string, Rejection> molecular_layers(std::string_view inchi) {
  if (inchi.size() > kMaxLength) {
    return Rejection{"too_large", fmt::format("\"{}\" has {} characters; the limit is {}",
                                              one_line(inchi, 120), inchi.size(), kMaxLength)};
  }
  const bool standard = inchi.starts_with(kStandard);
  if (!standard && !inchi.starts_with(kOther)) return malformed(inchi);
  const auto layers = split(inchi.substr((standard ? kStandard : kOther).size()), '/');
  auto components = components_of(layers.front());
  if (!components) return malformed(inchi);
  std::size_t atoms = 0;
  for (const Component& component : *components) atoms += component.atoms;
  if (atoms > kMaxHeavyAtoms) {
    return Rejection{"too_large", fmt::format("the structure has {} heavy atoms; the limit is {}",
                                              atoms, kMaxHeavyAtoms)};
  }
  LayerReader reader(std::move(*components));
  for (std::size_t i = 1; i < layers.size(); ++i) {
    if (layers[i].starts_with('f') || layers[i].starts_with('r')) break;
    if (!reader.add(layers[i])) return malformed(inchi);
  }
  return fmt::format("{}{}{}", kStandard, layers.front(), reader.layers());
}

}  // namespace specbridge
