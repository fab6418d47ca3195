#include "library/spectra/analogues.h"

#include <algorithm>
#include <map>
#include <span>

#include "library/spectra/entropy_index.h"

namespace specbridge {
namespace {

/// A molecule by its best spectrum in one list.
struct BestOfMolecule {
  std::uint32_t spectrum = 0;
  float score = 0;
};

bool scores_before(const BestOfMolecule& a, const BestOfMolecule& b) {
  return a.score != b.score ? a.score > b.score : a.spectrum < b.spectrum;
}

/// The spectra that may count, best first, as many as are looked at.
std::vector<BestOfMolecule> best_spectra(const SpectralLibrary& library,
                                         std::span<const float> scores, int polarity,
                                         std::size_t most,
                                         const std::function<bool(std::size_t)>& leave_out) {
  std::vector<BestOfMolecule> found;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!(scores[i] > 0)) continue;
    const int other = library.polarity(i);
    if (polarity != 0 && other != 0 && polarity != other) continue;
    found.push_back({static_cast<std::uint32_t>(i), scores[i]});
  }
  if (found.size() > most) {
    std::ranges::nth_element(found, found.begin() + static_cast<std::ptrdiff_t>(most),
                             scores_before);
    found.resize(most);
  }
  std::erase_if(found, [&](const BestOfMolecule& one) { return leave_out(one.spectrum); });
  std::ranges::sort(found, scores_before);
  return found;
}

/// The best of the molecules, by row.
std::map<std::size_t, BestOfMolecule> best_molecules(
    const SpectralLibrary& library, std::span<const float> scores, int polarity, std::size_t each,
    const std::function<bool(std::size_t)>& leave_out) {
  constexpr std::size_t kSpectraOfOne = 40;  // looked at for each molecule that is wanted
  std::map<std::size_t, BestOfMolecule> molecules;
  for (const auto& one : best_spectra(library, scores, polarity, each * kSpectraOfOne, leave_out)) {
    if (molecules.size() == each) break;
    molecules.try_emplace(library.molecule_of(one.spectrum), one);
  }
  return molecules;
}

std::vector<double> losses_of(const PreparedSpectrum& peaks) {
  std::vector<double> losses;
  for (const double mz : peaks.mz) losses.push_back(peaks.precursor_mz - mz);
  return losses;
}

}  // namespace

std::vector<Analogue> analogues_of(const SpectralLibrary& library, const SpectralQuery& query,
                                   double tolerance, std::size_t each,
                                   const std::function<bool(std::size_t)>& leave_out) {
  std::vector<float> scores(library.spectra());
  add_entropy(*library.products(), query.peaks.mz, query.peaks.weight, tolerance, scores);
  const auto by_peaks = best_molecules(library, scores, query.polarity, each, leave_out);
  std::ranges::fill(scores, 0.0F);
  add_entropy(*library.losses(), losses_of(query.peaks), query.peaks.weight, tolerance, scores);
  std::map<std::size_t, Analogue> analogues;
  for (const auto& [molecule, best] : by_peaks) {
    analogues[molecule] = {molecule, best.spectrum, best.score};
  }
  constexpr float kOfLosses = 0.5F;
  for (const auto& [molecule, best] :
       best_molecules(library, scores, query.polarity, each, leave_out)) {
    Analogue& analogue =
        analogues.try_emplace(molecule, Analogue{molecule, best.spectrum}).first->second;
    analogue.similarity += kOfLosses * best.score;
  }
  std::vector<Analogue> found;
  for (const auto& [molecule, analogue] : analogues) found.push_back(analogue);
  return found;
}

}  // namespace specbridge
