#include "pipeline/training/told_spectra.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

/// Half the window in which rows of one exact mass are looked for, Da.
constexpr double kSameMass = 1e-3;

struct Scored {
  float score;
  std::uint32_t row;
};

bool is_nearer(const Scored& a, const Scored& b) {
  return a.score != b.score ? a.score > b.score : a.row < b.row;
}

std::vector<std::uint32_t> best_rows(std::vector<Scored> scored, std::size_t most) {
  const auto end = scored.begin() + static_cast<std::ptrdiff_t>(std::min(most, scored.size()));
  std::partial_sort(scored.begin(), end, scored.end(), is_nearer);
  std::vector<std::uint32_t> rows;
  for (auto it = scored.begin(); it != end; ++it) rows.push_back(it->row);
  return rows;
}

/// The candidates of a spectrum, by their cosines.
void choose_candidates(const Molecule& truth, const CandidateMolecules& all,
                       const GenerationSettings& settings, ToldSpectrum& spectrum) {
  const StructureKey own(truth.inchikey14());
  const double most_apart = settings.candidate_ppm * 1e-6 * truth.exact_mass();
  std::vector<Scored> scored, others;
  for (std::size_t row = 0; row < all.structures.size(); ++row) {
    if (settings.candidate_ppm > 0 && std::abs(all.masses[row] - truth.exact_mass()) > most_apart) {
      continue;
    }
    const Scored one{dot(spectrum.vector, all.vectors.row(row)), static_cast<std::uint32_t>(row)};
    scored.push_back(one);
    if (all.structures[row] != own) others.push_back(one);
  }
  spectrum.nearest = best_rows(std::move(scored), settings.candidates);
  spectrum.nearest_others = best_rows(std::move(others), settings.candidates);
}

}  // namespace

std::string Writable::problem(std::string_view smiles) const {
  const auto tokens = vocabulary->tokens(smiles);
  if (!tokens) return "the decoder lacks a word of its SMILES";
  return tokens->size() > most_tokens ? "its SMILES is too long for the decoder" : "";
}

LibraryTexts texts_of(const MoleculeLibrary& library, const Writable& writable, std::size_t most,
                      const RunContext& context) {
  const std::size_t rows = library.rows(), wanted = most == 0 ? rows : std::min(most, rows);
  LibraryTexts texts;
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::size_t row = i * rows / wanted;  // below 2^64 for any library there is
    const MoleculeText text = library.text(row);
    if (writable.problem(text.smiles).empty()) {
      texts.smiles.emplace_back(text.smiles);
    } else {
      ++texts.unwritable;
    }
    if (i % 4096 == 0) {
      context.check_interrupt();
      context.progress("reading molecules", i, wanted);
    }
  }
  return texts;
}

CandidateMolecules candidates_among(const MoleculeLibrary& library,
                                    const std::vector<Molecule>& molecules) {
  std::vector<MassWindow> windows;
  std::set<StructureKey> structures;
  for (const auto& molecule : molecules) {
    windows.push_back({molecule.exact_mass() - kSameMass, molecule.exact_mass() + kSameMass});
    structures.insert(StructureKey(molecule.inchikey14()));
  }
  std::set<std::size_t> rows;
  for (const auto& ranges : library.within_each(windows)) {
    for (const RowRange& range : ranges) {
      for (std::size_t row = range.first; row < range.last; ++row) {
        if (structures.contains(library.structure(row))) rows.insert(row);
      }
    }
  }
  const RowSet chosen(std::vector<std::size_t>(rows.begin(), rows.end()));
  CandidateMolecules candidates;
  candidates.vectors = Matrix(rows.size(), library.dim());
  for (const std::size_t row : rows) {
    candidates.structures.push_back(library.structure(row));
    candidates.masses.push_back(library.mass(row));
  }
  library.vectors().decode(chosen, candidates.vectors.values());
  return candidates;
}

std::vector<ToldSpectrum> told_spectra(LabelledSpectra& labelled, const Bridge& model,
                                       const CandidateMolecules& candidates,
                                       const Writable& writable, const GenerationSettings& settings,
                                       const RunContext& context) {
  std::vector<Example> kept;
  for (Example& example : labelled.examples) {
    const std::string problem = writable.problem(labelled.molecules[example.molecule].smiles());
    if (problem.empty()) {
      kept.push_back(std::move(example));
    } else {
      ++labelled.skipped[problem];
    }
  }
  labelled.examples = std::move(kept);
  std::vector<PeakRows> peaks;
  for (const Example& example : labelled.examples) peaks.push_back(example.input);
  context.info(fmt::format("encoding {} and looking for their candidates among {}",
                           counted(peaks.size(), "spectrum", "spectra"),
                           counted(candidates.structures.size(), "training molecule")));
  const Matrix vectors = model.embed(peaks);
  std::vector<ToldSpectrum> told(peaks.size());
  parallel_for(told.size(), context.threads, [&](std::size_t i) {
    const Molecule& truth = labelled.molecules[labelled.examples[i].molecule];
    const auto vector = vectors.row(i);
    told[i] = {truth.smiles(), std::move(peaks[i]), {vector.begin(), vector.end()}, {}, {}};
    choose_candidates(truth, candidates, settings, told[i]);
  });
  return told;
}

}  // namespace specbridge
