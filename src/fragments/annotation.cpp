#include "fragments/annotation.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

namespace specbridge {
namespace {

constexpr int kFewer = 3;  // hydrogens fewer, and more, than the charge asks for
constexpr int kMore = 3;
constexpr int kFewerPositive = 4;  // of positive ions without metals
constexpr double kCostOfHydrogen = 0.25, kCostOfRadical = 1, kCostlessAtMost = 10;

/// The range of fragments whose masses lie in [low, high] Da, the whole molecule left out. Few do:
/// its end is not searched for.
std::span<const Fragment> within(std::span<const Fragment> fragments, double low, double high) {
  const auto parts = fragments.subspan(1);
  const auto first = std::ranges::lower_bound(parts, low, {}, &Fragment::mass);
  const auto last =
      std::find_if(first, parts.end(), [&](const Fragment& f) { return f.mass > high; });
  return {first, last};
}

/// Finds what one peak may be; appends it.
class Matching {
 public:
  Matching(const FragmentPeak& peak, const Fragmentation& molecule, const FragmentedIon& ion,
           double tolerance, std::vector<Hypothesis>& found)
      : peak_(peak), molecule_(molecule), ion_(ion), tolerance_(tolerance), found_(found) {}

  void find_all() {
    for (std::size_t metals = 0; metals < ion_.metals.size(); ++metals) {
      const auto& kept = ion_.metals[metals];
      // The charge that protons carry, where the fragment itself has none.
      const int protons = ion_.charge - kept.charge;
      const double mass = peak_.mz + ion_.charge * kElectronMass - kept.mass;
      const int fewer = ion_.charge > 0 && metals == 0 ? kFewerPositive : kFewer;
      for (int hydrogens = protons - fewer; hydrogens <= protons + kMore; ++hydrogens) {
        match(mass - hydrogens * hydrogen_mass(), hydrogens, metals);
      }
    }
  }

 private:
  void match(double mass, int hydrogens, std::size_t metals) {
    const auto fragments = std::span<const Fragment>(molecule_.fragments);
    for (const Fragment& fragment : within(fragments, mass - tolerance_, mass + tolerance_)) {
      const auto place = static_cast<std::uint32_t>(&fragment - fragments.data());
      add(fragment, place, mass, hydrogens, metals);
    }
  }

  void add(const Fragment& fragment, std::uint32_t place, double mass, int hydrogens,
           std::size_t metals) {
    const auto& kept = ion_.metals[metals];
    const int asked = ion_.charge - kept.charge - fragment.charge;
    const int rearranged = std::abs(hydrogens - asked);
    if (rearranged > fragment.cuts + 1) return;
    // Neutral atoms less the charge; hydrogens have one electron each.
    const int electrons = (fragment.odd_electrons ? 1 : 0) + hydrogens +
                          static_cast<int>(kept.electrons) - ion_.charge;
    Hypothesis hypothesis;
    hypothesis.fragment = place;
    hypothesis.hydrogens = static_cast<std::int8_t>(hydrogens);
    hypothesis.metals = static_cast<std::uint8_t>(metals);
    hypothesis.rearranged = static_cast<std::uint8_t>(rearranged);
    hypothesis.radical = electrons % 2 != 0;
    hypothesis.error = static_cast<float>(mass - fragment.mass);
    hypothesis.cost = static_cast<float>(
        fragment.bond_cost + std::max(0, rearranged - fragment.cuts) +
        (hypothesis.radical ? kCostOfRadical : 0) + kCostOfHydrogen * rearranged);
    found_.push_back(hypothesis);
  }

  const FragmentPeak& peak_;
  const Fragmentation& molecule_;
  const FragmentedIon& ion_;
  double tolerance_;
  std::vector<Hypothesis>& found_;
};

auto sort_key(const Hypothesis& h) {
  return std::tuple(h.cost, h.fragment, h.hydrogens, h.metals);
}

}  // namespace

double FragmentTolerance::at(double mz) const {
  return std::max(ppm * 1e-6 * mz, da);
}

void find_hypotheses(const FragmentPeak& peak, const Fragmentation& molecule,
                     const FragmentedIon& ion, std::vector<Hypothesis>& found, std::size_t most,
                     const FragmentTolerance& tolerance) {
  found.clear();
  if (molecule.fragments.empty()) return;
  Matching(peak, molecule, ion, tolerance.at(peak.mz), found).find_all();
  const auto cheaper = [](const Hypothesis& a, const Hypothesis& b) {
    return sort_key(a) < sort_key(b);
  };
  const std::size_t kept = std::min(most, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    cheaper);
  found.resize(kept);
}

std::vector<Hypothesis> hypotheses_of(const FragmentPeak& peak, const Fragmentation& molecule,
                                      const FragmentedIon& ion, std::size_t most,
                                      const FragmentTolerance& tolerance) {
  std::vector<Hypothesis> found;
  find_hypotheses(peak, molecule, ion, found, most, tolerance);
  return found;
}

std::vector<ExplainedPeak> explain_peaks(std::span<const FragmentPeak> peaks,
                                         const Fragmentation& molecule, const FragmentedIon& ion,
                                         const FragmentTolerance& tolerance) {
  std::vector<ExplainedPeak> explained;
  for (const FragmentPeak& peak : peaks) {
    auto hypotheses = hypotheses_of(peak, molecule, ion, kMostHypotheses, tolerance);
    if (!hypotheses.empty()) explained.push_back({peak, std::move(hypotheses)});
  }
  return explained;
}

double fixed_contribution(const ExplainedPeak& peak) {
  const double ease = 1 - peak.hypotheses.front().cost / kCostlessAtMost;
  return std::sqrt(static_cast<double>(peak.peak.intensity)) * std::max(0.0, ease);
}

double fixed_score(std::span<const ExplainedPeak> peaks) {
  double score = 0;
  for (const auto& peak : peaks) score += fixed_contribution(peak);
  return score;
}

}  // namespace specbridge
