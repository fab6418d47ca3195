#include "pipeline/benchmark/labelled_record.h"

#include "chem/stated_structure.h"

namespace specbridge {

std::optional<Refusal> why_unlabelled(const Query& query) {
  if (!query.spectrum.problem.empty()) return Refusal{Status::bad_record, query.spectrum.problem};
  if (!query.structure) return Refusal{Status::no_structure, "the record states no structure"};
  const Rejection* rejection = query.structure->rejection();
  if (rejection == nullptr) return {};
  return Refusal{Status::bad_structure, rejection->message};
}

}  // namespace specbridge
