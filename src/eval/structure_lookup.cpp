#include "eval/structure_lookup.h"

#include <utility>
#include <variant>

#include "base/parallel.h"
#include "chem/molecule.h"
#include "ranking/record_name.h"

namespace specbridge {
namespace {

constexpr std::size_t kRemembered = 200'000;  // about 50 MB

StructureName name_of(const std::string& text) {
  const auto result = standardize(text);
  if (const auto* molecule = std::get_if<Molecule>(&result)) {
    return {molecule->inchikey14(), molecule->smiles(), true};
  }
  return {"?" + text, text, false};
}

}  // namespace

void StructureNames::learn(const std::vector<std::string>& texts) {
  if (names_.size() > kRemembered) names_.clear();
  using Entry = std::pair<const std::string, StructureName>;
  std::vector<Entry*> fresh;
  for (const auto& text : texts) {
    const auto [entry, inserted] = names_.try_emplace(text);
    if (inserted) fresh.push_back(&*entry);  // rehashing does not move elements
  }
  parallel_for(fresh.size(), threads_,
               [&](std::size_t i) { fresh[i]->second = name_of(fresh[i]->first); });
}

}  // namespace specbridge
