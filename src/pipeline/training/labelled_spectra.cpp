#include "pipeline/training/labelled_spectra.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>
#include <variant>

#include "base/random.h"
#include "base/text.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/status.h"
#include "train/random_streams.h"

namespace specbridge {
namespace {

/// Why a record cannot be trained on; ok: it can.
Status usability(const Query& query) {
  if (query.refusal) return query.refusal->status;
  if (!query.structure) return Status::no_structure;
  return query.structure->molecule() == nullptr ? Status::bad_structure : Status::ok;
}

/// Keeps the peaks of a query whose adduct is certain and can be taken apart.
void add_for_fragments(const Query& query, std::size_t molecule, LabelledSpectra& labelled) {
  if (!query.ion.adduct) return;
  auto ion = fragmented_ion(*query.ion.adduct);
  auto* apart = std::get_if<FragmentedIon>(&ion);
  if (apart == nullptr) return;
  labelled.for_fragments.push_back({fragment_peaks(query.spectrum), std::move(*apart), molecule});
}

}  // namespace

void join_structures(LabelledSpectra& labelled) {
  std::unordered_map<std::string, std::size_t> row_of;
  std::vector<std::size_t> row_of_molecule;
  std::vector<Molecule> kept;
  for (auto& molecule : labelled.molecules) {
    const auto [it, fresh] = row_of.try_emplace(molecule.inchikey14(), kept.size());
    row_of_molecule.push_back(it->second);
    if (fresh) kept.push_back(std::move(molecule));
  }
  labelled.molecules = std::move(kept);
  for (auto& example : labelled.examples) example.molecule = row_of_molecule[example.molecule];
}

void shuffle_labels(std::vector<Example>& examples, std::uint64_t seed) {
  std::vector<std::size_t> molecules;
  for (const auto& example : examples) molecules.push_back(example.molecule);
  Random random = keyed_random(seed, Purpose::labels, 0);
  shuffle(std::span(molecules), random);
  for (std::size_t i = 0; i < examples.size(); ++i) examples[i].molecule = molecules[i];
}

LabelledSpectra read_labelled(const SpectraInputs& inputs, const SpectrumEncoderInfo& encoder,
                              FragmentPeaks peaks, const RunContext& context) {
  LabelledSpectra labelled;
  std::unordered_map<std::string, std::size_t> row_of;
  QueryRules rules;
  rules.refusal = [&](const Spectrum& spectrum) { return encoder.refusal(spectrum); };
  QueryStream stream(files_of(inputs, context), inputs.format, rules);
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    for (const auto& query : queries) {
      if (const Status why = usability(query); why != Status::ok) {
        ++labelled.skipped[std::string(to_string(why))];
        labelled.skipped_names.push_back(query.name);
        continue;
      }
      const Molecule& molecule = *query.structure->molecule();
      const auto [it, fresh] = row_of.try_emplace(molecule.smiles(), labelled.molecules.size());
      if (fresh) labelled.molecules.push_back(molecule);
      labelled.examples.push_back(
          {encoder.clean(query.spectrum), it->second, polarity_of(query.spectrum, query.ion)});
      labelled.names.push_back(query.name);
      if (peaks == FragmentPeaks::keep) add_for_fragments(query, it->second, labelled);
      if (query.ion.adduct) ++labelled.adducts[query.ion.adduct->name];
      const std::string instrument = one_line(trim(query.spectrum.instrument), 80);
      if (!instrument.empty()) ++labelled.instruments[instrument];
    }
    context.progress("reading spectra", stream.queries(), 0);
  });
  if (labelled.examples.empty()) {
    std::string reasons;
    for (const auto& [reason, count] : labelled.skipped) {
      reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", count, reason);
    }
    throw InputError({inputs.paths.front().string(), 0},
                     fmt::format("none of {} has peaks, a precursor and a structure{}",
                                 counted(stream.queries(), "MS2 record"),
                                 reasons.empty() ? "" : " (" + reasons + ")"));
  }
  return labelled;
}

}  // namespace specbridge
