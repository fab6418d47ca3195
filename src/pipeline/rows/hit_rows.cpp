#include "pipeline/rows/hit_rows.h"

#include <utility>

#include "search/evidence/evidence.h"
#include "search/search_parts.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/molecule_text.h"
#include "specbridge/status.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

std::string joined(const std::string& first, const std::string& second) {
  return first.empty() || second.empty() ? first + second : first + "; " + second;
}

/// What the rows of a query have in common.
Hit row_of(const Query& query, const RankedList& list, const HitsLayout& layout) {
  Hit hit;
  hit.query_id = query.name.id;
  hit.query_index = query.name.index;
  hit.adduct = query.ion.adduct ? query.ion.adduct->name : query.spectrum.adduct;
  hit.precursor_mz = query.spectrum.precursor_mz;
  if (list.status == Status::ok) hit.candidates = list.candidates;
  hit.status = list.status;
  hit.message = list.message;
  hit.evidence.assign(layout.evidence.size(), kMissing);
  hit.file = query.spectrum.origin.file;
  hit.retention_time = query.spectrum.retention_time;
  hit.retention_index = query.spectrum.retention_index;
  hit.peaks_used = list.peaks_used;
  hit.spectra = list.spectra;
  hit.decoy_similarity = list.decoy;
  if (list.certainty) hit.present = list.certainty->present;
  return hit;
}

/// The library spectrum that speaks for an answer.
void add_reference(const std::optional<ReferenceMatch>& match, Hit& hit) {
  const auto reference = match.value_or(ReferenceMatch());
  hit.library_spectrum = reference.spectrum;
  hit.library_peaks =
      reference.matched_peaks > 0 ? std::optional(reference.matched_peaks) : std::nullopt;
  hit.library_energy = reference.collision_energy;
  hit.library_difference = reference.precursor_difference;
  hit.library_change = reference.formula_change;
  hit.match_factor = reference.match_factor;
  hit.reverse_match_factor = reference.reverse_match_factor;
  hit.retention_index_difference = reference.retention_difference;
}

void add_answer(const RankedHit& answer, const MoleculeText& molecule, const HitsLayout& layout,
                Hit& hit) {
  hit.score = answer.score;
  hit.library_id = molecule.id;
  hit.smiles = molecule.smiles;
  hit.inchikey14 = molecule.inchikey14;
  hit.inchikey = molecule.inchikey;
  hit.name = molecule.name;
  hit.further.clear();
  for (const std::size_t place : layout.further_places) {
    // What was written has nothing that a library keeps.
    hit.further.emplace_back(place < molecule.further.size() ? molecule.further[place]
                                                             : std::string_view());
  }
  hit.formula = molecule.formula;
  hit.exact_mass = molecule.exact_mass;
  hit.evidence = answer.evidence;
  hit.in_library = answer.written == nullptr;
  hit.margin = answer.margin;
  add_reference(answer.reference, hit);
  if (!answer.explained) return;
  hit.explained_peaks = answer.explained->peaks;
  hit.explained_intensity = answer.explained->intensity;
}

/// How certain the first answer is.
void add_certainty(const std::optional<Certainty>& certainty, Hit& hit) {
  const bool first = certainty && hit.rank == 1;
  hit.probability = first ? std::optional(certainty->first) : std::nullopt;
  hit.q_value = first ? kLaterQValue : std::string_view();
}

/// The ion as which the molecule fits best.
void add_ion(const Ion& ion, double exact_mass, Hit& hit) {
  hit.adduct = ion.adduct.name;
  if (!hit.precursor_mz) return;
  hit.precursor_mz = ion.mz;
  hit.mass_error_ppm = mass_error_ppm(ion.mz, ion_mz(ion.adduct, exact_mass));
}

}  // namespace

HitsLayout layout_of(const Searcher& searcher, const FurtherColumns& columns) {
  HitsLayout layout;
  auto names = searcher.evidence();
  if (names.size() > 1) layout.evidence = std::move(names);  // one kind is the score
  layout.probability = searcher.parts().first_answers != nullptr;
  layout.present = layout.probability && searcher.parts().first_answers->tells_presence();
  layout.q_value = layout.probability || (searcher.parts().spectra_alone() &&
                                          searcher.parts().rank_by == RankBy::library);
  layout.decoys = searcher.parts().decoys != nullptr;
  layout.explained = searcher.parts().evidence_sources.fragments != nullptr;
  const ReferenceSpectra* references = searcher.parts().references();
  layout.references = references != nullptr;
  layout.electron =
      layout.references && references->library().of_kind(SpectrumKind::electron).size() > 0;
  layout.written = searcher.parts().writer != nullptr;
  layout.file = columns.file == FileColumn::yes;
  layout.spectra = columns.merge != Merge::none;
  const auto kept = searcher.further_columns();
  for (const std::size_t place : columns.kept) {
    layout.further.push_back(kept.at(place));
    layout.further_places.push_back(place);
  }
  return layout;
}

std::string rows_text(const Query& query, const RankedList& list, const Searcher& searcher,
                      const UnseenIons& unseen, const HitsLayout& layout) {
  Hit hit = row_of(query, list, layout);
  if (list.hits.empty()) return to_line(hit, layout);
  std::string text;
  const auto& possible = query.ion.possible;
  for (std::size_t i = 0; i < list.hits.size(); ++i) {
    const MoleculeText molecule = searcher.molecule(list.hits[i]);
    hit.rank = i + 1;
    add_answer(list.hits[i], molecule, layout, hit);
    add_certainty(list.certainty, hit);
    auto adduct = query.ion.adduct;
    if (!possible.empty()) {
      const Ion& ion = nearest_ion(possible, molecule.exact_mass);
      add_ion(ion, molecule.exact_mass, hit);
      adduct = ion.adduct;
    }
    hit.message = joined(joined(list.message, unseen.message(adduct)), list.hits[i].unexplained);
    text += to_line(hit, layout);
  }
  return text;
}

std::string row_without_answers(const Query& query, const RankedList& list,
                                const HitsLayout& layout, const std::string& why) {
  Hit hit = row_of(query, list, layout);
  hit.message = joined(list.message, why);
  return to_line(hit, layout);
}

std::string row_without_answers(const Query& query, const RankedList& list,
                                const HitsLayout& layout, const std::string& before_q_value,
                                const std::string& behind) {
  // In a cell the mark would be taken for a stray control character, so it goes in afterwards.
  std::string line = row_without_answers(query, list, layout, before_q_value + behind);
  return line.insert(line.rfind(behind), kLaterQValue);
}

}  // namespace specbridge
