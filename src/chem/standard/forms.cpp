#include "chem/standard/forms.h"

#include <GraphMol/GraphMol.h>

#include <algorithm>
#include <set>

namespace specbridge {

std::vector<Form> forms_of(MolPtr mol, FormKey (*key_of)(const RDKit::RWMol&),
                           std::vector<MolPtr> (*moved_once)(const RDKit::RWMol&)) {
  constexpr std::size_t kMostForms = 64;
  std::vector<Form> forms;
  std::set<std::string> seen;
  const auto add = [&](MolPtr form) {
    auto key = key_of(*form);
    if (seen.insert(key.second).second) forms.push_back({std::move(key), std::move(form)});
  };
  add(std::move(mol));
  for (std::size_t next = 0; next < forms.size() && seen.size() < kMostForms; ++next) {
    for (auto& form : moved_once(*forms[next].mol)) add(std::move(form));
  }
  std::sort(forms.begin(), forms.end(), [](const Form& a, const Form& b) { return a.key < b.key; });
  return forms;
}

}  // namespace specbridge
