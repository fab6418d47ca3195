#include "fragments/environments.h"

#include "fragments/hashing.h"

namespace specbridge {
namespace {

std::uint64_t number_of(const StructureGraph::Bond& bond) {
  return static_cast<std::uint64_t>(bond.order) * 2 + (bond.in_ring ? 1 : 0);
}

std::uint64_t element_of(const StructureGraph::Atom& atom) {
  return std::uint64_t{atom.element} * 2 + (atom.aromatic ? 1 : 0);
}

}  // namespace

AtomEnvironments::AtomEnvironments(const StructureGraph& graph) {
  std::vector<unsigned> degree(graph.atoms.size(), 0);
  for (const auto& bond : graph.bonds) {
    ++degree[bond.first];
    ++degree[bond.second];
  }
  for (std::size_t i = 0; i < graph.atoms.size(); ++i) {
    const auto& a = graph.atoms[i];
    element.push_back(element_of(a));
    const auto charge = static_cast<std::uint64_t>(a.charge + 8);
    atom.push_back(combined(element_of(a) * 2 + (a.in_ring ? 1 : 0),
                            std::uint64_t{a.hydrogens} * 16 + degree[i], charge));
  }
  std::vector<std::uint64_t> neighbours(graph.atoms.size(), 0);
  for (const auto& bond : graph.bonds) {
    neighbours[bond.first] += combined(atom[bond.second], number_of(bond));
    neighbours[bond.second] += combined(atom[bond.first], number_of(bond));
  }
  for (std::size_t i = 0; i < graph.atoms.size(); ++i) {
    around.push_back(combined(atom[i], neighbours[i]));
    scattered_element.push_back(scattered(element[i]));
    scattered_around.push_back(scattered(around[i]));
  }
}

FragmentIdentities::FragmentIdentities(const Fragmentation& molecule)
    : molecule_(molecule), atoms_(molecule.graph), place_(molecule.fragments.size(), 0) {
  for (const std::uint64_t value : atoms_.scattered_around) sum_around_all_ += value;
}

const FragmentIdentity& FragmentIdentities::of(std::size_t fragment) {
  std::uint32_t& place = place_[fragment];
  if (place == 0) {
    known_.push_back(identify(molecule_.fragments[fragment]));
    place = static_cast<std::uint32_t>(known_.size());
  }
  return known_[place - 1];
}

FragmentIdentity FragmentIdentities::identify(const Fragment& fragment) {
  const AtomSet whole = molecule_.fragments.front().atoms, lost = whole - fragment.atoms;
  FragmentIdentity identity;
  for (std::size_t i = 0; i < fragment.cuts; ++i) {
    identity.broken[i] = broken_bond(fragment, fragment.broken[i]);
  }
  const std::uint64_t kept = sum_around(fragment.atoms);
  identity.kept_surroundings = combined(kept, fragment.atoms.size());
  identity.lost_surroundings = combined(sum_around_all_ - kept, lost.size());
  find_bonds_within(lost);
  identity.lost_structure = structure(lost);
  find_bonds_within(fragment.atoms);
  identity.kept_structure = structure(fragment.atoms);
  identity.rings =
      static_cast<unsigned>(bonds_.size()) + 1 - static_cast<unsigned>(fragment.atoms.size());
  fragment.atoms.for_each([&](std::size_t atom) {
    identity.aromatic_atoms += molecule_.graph.atoms[atom].aromatic ? 1 : 0;
  });
  return identity;
}

BrokenBond FragmentIdentities::broken_bond(const Fragment& fragment, std::size_t bond) const {
  const auto& ends = molecule_.graph.bonds[bond];
  const bool first_kept = fragment.atoms.contains(ends.first);
  const std::size_t kept = first_kept ? ends.first : ends.second;
  const std::size_t left = first_kept ? ends.second : ends.first;
  const std::uint64_t kind = number_of(ends);
  return {combined(atoms_.element[kept], kind, atoms_.element[left]),
          combined(atoms_.atom[kept], kind, atoms_.atom[left]),
          combined(atoms_.around[kept], kind, atoms_.around[left])};
}

std::uint64_t FragmentIdentities::sum_around(AtomSet atoms) const {
  std::uint64_t sum = 0;
  atoms.for_each([&](std::size_t atom) { sum += atoms_.scattered_around[atom]; });
  return sum;
}

void FragmentIdentities::find_bonds_within(AtomSet atoms) {
  bonds_.clear();
  for (const auto& bond : molecule_.graph.bonds) {
    if (atoms.contains(bond.first) && atoms.contains(bond.second)) bonds_.push_back(&bond);
  }
}

/// Three rounds of Weisfeiler and Lehman's refinement inside the piece: an atom's next label is
/// made of its own and of combined(label, order of the bond) of its neighbours.
std::uint64_t FragmentIdentities::structure(AtomSet atoms) const {
  constexpr int kRounds = 3;
  std::array<std::uint64_t, AtomSet::kCapacity> label, mixed, next;  // of the atoms alone
  atoms.for_each([&](std::size_t atom) { label[atom] = atoms_.scattered_element[atom]; });
  for (int round = 0; round < kRounds; ++round) {
    atoms.for_each([&](std::size_t atom) {
      mixed[atom] = scattered(label[atom]) * 3;  // what combined() makes of its first number
      next[atom] = label[atom] * 3;
    });
    for (const auto* bond : bonds_) {
      const auto kind = static_cast<std::uint64_t>(bond->order);
      next[bond->first] += scattered(mixed[bond->second] + kind);
      next[bond->second] += scattered(mixed[bond->first] + kind);
    }
    atoms.for_each([&](std::size_t atom) { label[atom] = scattered(next[atom]); });
  }
  std::uint64_t sum = 0;
  atoms.for_each([&](std::size_t atom) { sum += scattered(label[atom]); });
  return combined(sum, atoms.size());
}

}  // namespace specbridge
