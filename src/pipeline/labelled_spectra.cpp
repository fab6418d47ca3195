#include "pipeline/labelled_spectra.h"

#include <fmt/format.h>

#include <unordered_map>

#include "ms/ions/ion_of_spectrum.h"
#include "pipeline/truths.h"
#include "search/query.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunkQueries = 8192;

/// The reason why a record cannot be trained on, or its molecule.
std::variant<std::string, Molecule> usable(const Query& query, const StructureCache& structures) {
  if (query.refusal) return query.refusal->status;
  const auto* structure = structures.find(query.spectrum);
  if (structure == nullptr) return std::string("no_structure");
  if (std::holds_alternative<Rejection>(*structure)) return std::string("bad_structure");
  return std::get<Molecule>(*structure);
}

}  // namespace

LabelledSpectra read_labelled(const SpectraInputs& inputs, const PreprocessProfile& profile,
                              const RunContext& context) {
  LabelledSpectra labelled;
  std::unordered_map<std::string, std::size_t> row_of;
  QueryStream stream(files_of(inputs, context), inputs.format, profile);
  StructureCache structures;
  for (auto queries = stream.next(kChunkQueries); !queries.empty();
       queries = stream.next(kChunkQueries)) {
    context.check_interrupt();
    structures.prepare(queries, context);
    for (const auto& query : queries) {
      const auto outcome = usable(query, structures);
      if (const auto* reason = std::get_if<std::string>(&outcome)) {
        ++labelled.skipped[*reason];
        continue;
      }
      const auto& molecule = std::get<Molecule>(outcome);
      const auto [it, fresh] = row_of.try_emplace(molecule.smiles(), labelled.molecules.size());
      if (fresh) labelled.molecules.push_back(molecule);
      labelled.examples.push_back({preprocess(query.spectrum, profile), it->second});
      labelled.names.push_back({query.spectrum.id, query.index, other_names(query.spectrum)});
      if (const auto adduct = adduct_of(query.spectrum)) ++labelled.adducts[adduct->name];
    }
    context.progress("reading spectra", stream.queries(), 0);
  }
  if (labelled.examples.empty()) {
    std::string reasons;
    for (const auto& [reason, count] : labelled.skipped) {
      reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", count, reason);
    }
    throw InputError({inputs.paths.front().string(), 0},
                     fmt::format("none of {} MS2 records has peaks, a precursor and a structure{}",
                                 stream.queries(), reasons.empty() ? "" : " (" + reasons + ")"));
  }
  return labelled;
}

}  // namespace specbridge
