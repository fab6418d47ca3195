#include "pipeline/truths.h"

#include <utility>
#include <variant>

namespace specbridge {
namespace {

QueryTraits traits_of(const Spectrum& spectrum) {
  return {spectrum.adduct, spectrum.instrument, spectrum.collision_energy, spectrum.precursor_mz};
}

}  // namespace

std::vector<TruthRecord> truths_of(const std::vector<Query>& queries, StructureCache& structures,
                                   const RunContext& context) {
  structures.prepare(queries, context);
  std::vector<TruthRecord> truths;
  for (const auto& query : queries) {
    TruthRecord truth{
        query.spectrum.id,          query.index, std::nullopt, "ok", traits_of(query.spectrum),
        other_names(query.spectrum)};
    const auto* structure = structures.find(query.spectrum);
    if (structure == nullptr) {
      truth.status = "no_structure";
    } else if (std::holds_alternative<Rejection>(*structure)) {
      truth.status = "bad_structure";
    } else {
      truth.molecule = std::get<Molecule>(*structure);
    }
    if (query.refusal) truth.status = query.refusal->status;
    truths.push_back(std::move(truth));
  }
  return truths;
}

}  // namespace specbridge
