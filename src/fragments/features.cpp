#include "fragments/features.h"

#include <algorithm>
#include <cmath>

#include "fragments/hashing.h"

namespace specbridge {
namespace {

/// Families of features; the number keeps them apart.
enum class Family : std::uint64_t {
  cuts = 1,
  electrons,
  error,
  broken_element,
  broken_atom,
  broken_together,
  broken_surroundings,
  kept_surroundings,
  lost_surroundings,
  kept_structure,
  lost_structure,
  ion_mass_rings,
  ion_mass_cuts,
  loss_mass_rings,
  loss_mass_cuts,
  share,
  peak
};

std::uint64_t hydrogens_of(const Hypothesis& hypothesis) {
  return static_cast<std::uint64_t>(hypothesis.hydrogens + 16);
}

/// Collects the features of one hypothesis.
class Collector {
 public:
  Collector(int charge, std::vector<std::uint32_t>& features)
      : mode_(charge > 0 ? 0 : 1), features_(features) {}
  void add(Family family, std::uint64_t value) {
    const auto kind = static_cast<std::uint64_t>(family) * 2 + mode_;
    features_.push_back(static_cast<std::uint32_t>(combined(kind, value) % kFragmentFeatures));
  }

 private:
  std::uint64_t mode_;
  std::vector<std::uint32_t>& features_;
};

std::uint64_t number_of_cuts(unsigned cuts, unsigned ring_cuts) {
  return std::uint64_t{cuts} * 8 + ring_cuts;
}

void add_broken_bonds(const Fragment& fragment, const FragmentIdentity& identity,
                      const Hypothesis& hypothesis, Collector& features) {
  std::uint64_t sum = 0;
  const std::uint64_t several = fragment.cuts > 1 ? 1 : 0;
  for (std::size_t i = 0; i < fragment.cuts; ++i) {
    const BrokenBond& bond = identity.broken[i];
    features.add(Family::broken_element, combined(bond.by_element, several));
    features.add(Family::broken_atom, bond.by_atom);
    features.add(Family::broken_surroundings, bond.by_surroundings);
    sum += scattered(bond.by_atom);
  }
  features.add(Family::broken_together, combined(sum, hydrogens_of(hypothesis)));
}

void add_identity(const FragmentIdentity& identity, const Hypothesis& hypothesis,
                  Collector& features) {
  const std::uint64_t hydrogens = hydrogens_of(hypothesis);
  features.add(Family::kept_surroundings, combined(identity.kept_surroundings, hydrogens));
  features.add(Family::lost_surroundings, combined(identity.lost_surroundings, hydrogens));
  features.add(Family::kept_structure, combined(identity.kept_structure, hydrogens));
  features.add(Family::lost_structure, combined(identity.lost_structure, hydrogens));
}

std::uint64_t hundredths(double mass) {
  return static_cast<std::uint64_t>(std::llround(mass * 100) + 100'000);
}

void add_masses(const Fragment& fragment, double whole, const FragmentIdentity& identity,
                const Hypothesis& hypothesis, Collector& features) {
  const double ion = fragment.mass + hypothesis.hydrogens * hydrogen_mass();
  const std::uint64_t cuts = number_of_cuts(fragment.cuts, fragment.ring_cuts);
  features.add(Family::ion_mass_rings,
               combined(hundredths(ion), identity.rings * 64 + identity.aromatic_atoms));
  features.add(Family::ion_mass_cuts, combined(hundredths(ion), cuts));
  features.add(Family::loss_mass_rings,
               combined(hundredths(whole - ion), identity.rings > 0 ? 1 : 0));
  features.add(Family::loss_mass_cuts, combined(hundredths(whole - ion), cuts));
}

}  // namespace

void add_ion_features(const Hypothesis& hypothesis, const Fragmentation& molecule,
                      FragmentIdentities& identities, const FragmentedIon& ion,
                      std::vector<std::uint32_t>& features) {
  constexpr std::size_t kTenths = 10;
  const Fragment& fragment = molecule.fragments[hypothesis.fragment];
  const Fragment& whole = molecule.fragments.front();
  const FragmentIdentity& identity = identities.of(hypothesis.fragment);
  Collector collector(ion.charge, features);
  collector.add(Family::cuts, number_of_cuts(fragment.cuts, fragment.ring_cuts));
  collector.add(
      Family::electrons,
      ((hydrogens_of(hypothesis) * 2 + (hypothesis.radical ? 1 : 0)) * 8 + fragment.cuts) * 8 +
          hypothesis.metals);
  add_broken_bonds(fragment, identity, hypothesis, collector);
  add_identity(identity, hypothesis, collector);
  add_masses(fragment, whole.mass, identity, hypothesis, collector);
  collector.add(Family::share, fragment.atoms.size() * kTenths / whole.atoms.size());
}

void add_peak_features(const Hypothesis& hypothesis, const FragmentPeak& peak,
                       const Fragmentation& molecule, const FragmentedIon& ion,
                       std::vector<std::uint32_t>& features) {
  constexpr std::size_t kRanks = 16;
  Collector collector(ion.charge, features);
  const double share_of_tolerance = std::abs(hypothesis.error) / FragmentTolerance{}.at(peak.mz);
  collector.add(Family::error, static_cast<std::uint64_t>(share_of_tolerance * 4));
  const std::size_t cuts = molecule.fragments[hypothesis.fragment].cuts;
  collector.add(Family::peak, std::min(peak.rank, kRanks - 1) * 8 + cuts);
}

std::uint32_t cuts_feature(int charge, unsigned cuts, unsigned ring_cuts) {
  std::vector<std::uint32_t> features;
  Collector(charge, features).add(Family::cuts, number_of_cuts(cuts, ring_cuts));
  return features.front();
}

}  // namespace specbridge
