#include "pipeline/truths.h"

#include <utility>

#include "chem/stated_structure.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

QueryTraits traits_of(const Spectrum& spectrum) {
  return {spectrum.adduct, spectrum.instrument, spectrum.collision_energy, spectrum.precursor_mz};
}

TruthRecord truth_of(const Query& query) {
  TruthRecord truth{query.name, std::nullopt, Status::ok, traits_of(query.spectrum)};
  if (!query.structure) {
    truth.status = Status::no_structure;
  } else if (const Molecule* molecule = query.structure->molecule()) {
    truth.molecule = *molecule;
  } else {
    truth.status = Status::bad_structure;
  }
  if (query.refusal) truth.status = query.refusal->status;
  return truth;
}

}  // namespace

std::vector<TruthRecord> truths_of(std::span<const Query> queries) {
  std::vector<TruthRecord> truths;
  for (const auto& query : queries) truths.push_back(truth_of(query));
  return truths;
}

}  // namespace specbridge
