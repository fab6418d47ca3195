#include "library/spectra/analogues.h"

#include <map>
#include <span>

#include "library/spectra/entropy_index.h"

namespace specbridge {
namespace {

/// The best spectra of as many molecules as are wanted, by the rows of these.
std::map<std::size_t, IndexedScore> best_molecules(
    const SpectralLibrary& library, std::span<const float> scores, int polarity, std::size_t each,
    const std::function<bool(std::size_t)>& leave_out) {
  constexpr std::size_t kSpectraOfOne = 40;  // looked at for each molecule that is wanted
  std::map<std::size_t, IndexedScore> molecules;
  for (const auto& one :
       best_scores(library, scores, {library.of_kind(SpectrumKind::tandem), polarity},
                   each * kSpectraOfOne)) {
    if (molecules.size() == each) break;
    if (!leave_out(one.spectrum)) molecules.try_emplace(library.molecule_of(one.spectrum), one);
  }
  return molecules;
}

}  // namespace

std::vector<Analogue> analogues_of(const SpectralLibrary& library, const SpectralQuery& query,
                                   double tolerance, std::size_t each,
                                   const std::function<bool(std::size_t)>& leave_out) {
  const auto best_by = [&](const PeakIndex& index, std::span<const double> mz) {
    const auto scores = entropy_scores(index, mz, query.peaks.weight, tolerance, library.spectra());
    return best_molecules(library, scores, query.polarity, each, leave_out);
  };
  std::map<std::size_t, Analogue> analogues;
  for (const auto& [molecule, best] : best_by(*library.products(), query.peaks.mz)) {
    analogues[molecule] = {molecule, best.spectrum, best.score};
  }
  constexpr float kOfLosses = 0.5F;
  for (const auto& [molecule, best] : best_by(*library.losses(), losses_of(query.peaks))) {
    Analogue& analogue =
        analogues.try_emplace(molecule, Analogue{molecule, best.spectrum}).first->second;
    analogue.similarity += kOfLosses * best.score;
  }
  std::vector<Analogue> found;
  for (const auto& [molecule, analogue] : analogues) found.push_back(analogue);
  return found;
}

}  // namespace specbridge
