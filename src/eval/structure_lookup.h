#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace specbridge {

/// What a SMILES of a table stands for.
struct StructureName {
  std::string
      inchikey14;      ///< for text that is no molecule: "?" and the text, which equals no truth
  std::string smiles;  ///< standardised; for text that is no molecule: the text
  bool readable = true;
};

/// Standardises SMILES of a table, each once as long as it is remembered. What is remembered is
/// forgotten from time to time, so that memory has a bound.
class StructureNames {
 public:
  explicit StructureNames(std::size_t threads) : threads_(threads) {}

  /// Makes room when too much is remembered, and learns `texts`. Names handed out before are
  /// invalid.
  void learn(const std::vector<std::string>& texts);
  /// The name of a text that was learnt last.
  const StructureName& of(const std::string& text) const { return names_.at(text); }

 private:
  std::size_t threads_;
  std::unordered_map<std::string, StructureName> names_;
};

}  // namespace specbridge
