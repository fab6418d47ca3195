#include "chem/standard/charges.h"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/new_canon.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "chem/standard/conjugation.h"

namespace specbridge {
namespace {

using LastBond = PathFinder::LastBond;

constexpr int kCarbon = 6, kNitrogen = 7, kOxygen = 8, kSulphur = 16, kIodine = 53;

template <std::size_t N>
bool is_one_of(const RDKit::Atom& atom, const std::array<int, N>& elements) {
  return std::find(elements.begin(), elements.end(), atom.getAtomicNum()) != elements.end();
}

int count_multiple_bonds(const RDKit::Atom& atom) {
  int count = 0;
  for (const auto* bond : atom.getOwningMol().atomBonds(&atom)) {
    if (bond->getBondTypeAsDouble() > 1) ++count;
  }
  return count;
}

bool has_neighbor(const RDKit::Atom& atom, bool (*fits)(const RDKit::Atom&)) {
  for (const auto* neighbor : atom.getOwningMol().atomNeighbors(&atom)) {
    if (fits(*neighbor)) return true;
  }
  return false;
}

bool is_negative(const RDKit::Atom& atom) {
  return atom.getFormalCharge() < 0;
}

bool is_neutral(const RDKit::Atom& atom) {
  return atom.getFormalCharge() == 0;
}

/// An atom that can give a pair of electrons to a new bond.
bool gives_electrons(const RDKit::Atom& atom) {
  constexpr std::array kDonors = {6, 7, 8, 15, 16, 33, 34, 52};
  return is_negative(atom) && is_one_of(atom, kDonors);
}

/// Elements that may have more than four bonds; iodine not among oxygens only, where RDKit writes
/// charges.
bool takes_more_bonds(const RDKit::Atom& atom) {
  constexpr std::array kElements = {15, 16, 33, 34, 51, 52, 53};
  const auto is_other = [](const RDKit::Atom& neighbor) {
    return neighbor.getAtomicNum() != kOxygen;
  };
  return is_one_of(atom, kElements) &&
         (atom.getAtomicNum() != kIodine || has_neighbor(atom, is_other));
}

/// The end of a conjugated cation: a positive atom at its only multiple bond.
bool is_conjugated_cation(const RDKit::Atom& atom) {
  constexpr std::array kElements = {7, 8, 15, 16, 33, 34, 52};
  return atom.getFormalCharge() > 0 && is_one_of(atom, kElements) &&
         count_multiple_bonds(atom) == 1;
}

bool has_hydrogens(const RDKit::Atom& atom) {
  return atom.getTotalNumHs() > 0;
}

/// A neutral N, O or S with single bonds only.
bool has_lone_pair(const RDKit::Atom& atom) {
  constexpr std::array kElements = {7, 8, 16};
  const unsigned valence = atom.getAtomicNum() == kNitrogen ? 3 : 2;
  return is_neutral(atom) && is_one_of(atom, kElements) && count_multiple_bonds(atom) == 0 &&
         atom.getTotalDegree() == valence;
}

/// The terminal nitrogen of -N#N: the middle one is positive.
bool ends_diazonium(const RDKit::Atom& atom) {
  if (atom.getAtomicNum() != kNitrogen || !is_neutral(atom) || atom.getDegree() != 1) return false;
  const auto* bond = *atom.getOwningMol().atomBonds(&atom).begin();
  const auto* middle = bond->getOtherAtom(&atom);
  return bond->getBondType() == RDKit::Bond::TRIPLE && middle->getAtomicNum() == kNitrogen &&
         middle->getFormalCharge() == 1;
}

bool is_middle_of_diazonium(const RDKit::Atom& atom) {
  return atom.getFormalCharge() == 1 && has_neighbor(atom, ends_diazonium);
}

/// A positive nitrogen at =O that has a carbanion, as in [CH-][N+]=O; not that of a nitro group.
bool is_middle_of_nitrone(const RDKit::Atom& atom) {
  const auto is_carbanion = [](const RDKit::Atom& neighbor) {
    return neighbor.getAtomicNum() == kCarbon && is_negative(neighbor);
  };
  const auto is_oxide = [](const RDKit::Atom& neighbor) {
    return neighbor.getAtomicNum() == kOxygen && is_negative(neighbor);
  };
  return atom.getAtomicNum() == kNitrogen && atom.getFormalCharge() == 1 &&
         has_neighbor(atom, is_carbanion) && !has_neighbor(atom, is_oxide);
}

bool ends_nitrone(const RDKit::Atom& atom) {
  return atom.getAtomicNum() == kOxygen && is_neutral(atom) && atom.getDegree() == 1 &&
         has_neighbor(atom, is_middle_of_nitrone);
}

bool is_carbocation(const RDKit::Atom& atom) {
  return atom.getAtomicNum() == kCarbon && atom.getFormalCharge() == 1 &&
         count_multiple_bonds(atom) == 0;
}

std::vector<unsigned> ranks_of(const RDKit::ROMol& mol) {
  std::vector<unsigned> ranks;
  RDKit::Canon::rankMolAtoms(mol, ranks);
  return ranks;
}

/// The graph with Kekulé bonds; which atoms are aromatic stays known.
RDKit::RWMol kekulised(const RDKit::RWMol& mol) {
  RDKit::RWMol copy(mol);
  RDKit::MolOps::Kekulize(copy, false);
  return copy;
}

/// The molecule of a graph whose bonds were moved; nullptr when RDKit has no place for them.
MolPtr sanitised(const RDKit::RWMol& kekule) {
  auto mol = std::make_unique<RDKit::RWMol>(kekule);
  for (auto* atom : mol->atoms()) atom->setIsAromatic(false);
  for (auto* bond : mol->bonds()) bond->setIsAromatic(false);
  try {
    RDKit::MolOps::sanitizeMol(*mol);
  } catch (const RDKit::MolSanitizeException&) {
    return nullptr;
  }
  clear_stereo(*mol);
  return mol;
}

using Rule = std::optional<AlternatingPath> (*)(const PathFinder&);

/// The first path, over starts in order of rank.
std::optional<AlternatingPath> first_path(const PathFinder& finder, const PathFinder::Test& starts,
                                          LastBond last, const PathFinder::Test& ends,
                                          const PathFinder::Test& passes, std::size_t longest) {
  for (const auto* atom : finder.atoms()) {
    if (!starts(*atom)) continue;
    if (auto path = finder.find(*atom, last, ends, passes, longest)) return path;
  }
  return {};
}

std::optional<AlternatingPath> join_neighbors(const PathFinder& finder) {
  // In the order in which the elements take the bond where there are several negative neighbours.
  for (const int donor : {kOxygen, kSulphur, 34, 52, kNitrogen, kCarbon, 15, 33}) {
    const auto starts = [&](const RDKit::Atom& atom) {
      return atom.getAtomicNum() == donor && gives_electrons(atom);
    };
    const auto ends = [](const RDKit::Atom& atom) {
      return atom.getFormalCharge() > 0 && takes_more_bonds(atom);
    };
    if (auto path = first_path(finder, starts, LastBond::single, ends, is_neutral, 1)) return path;
  }
  return {};
}

std::optional<AlternatingPath> join_conjugated(const PathFinder& finder) {
  return first_path(finder, gives_electrons, LastBond::multiple, is_conjugated_cation, is_neutral,
                    20);
}

std::optional<AlternatingPath> end_with_azide(const PathFinder& finder) {
  const auto passes = [](const RDKit::Atom& atom) {
    return is_neutral(atom) || is_middle_of_diazonium(atom);
  };
  return first_path(finder, gives_electrons, LastBond::multiple, ends_diazonium, passes, 20);
}

std::optional<AlternatingPath> end_with_oxide(const PathFinder& finder) {
  return first_path(finder, gives_electrons, LastBond::multiple, ends_nitrone, is_middle_of_nitrone,
                    2);
}

std::optional<AlternatingPath> settle_carbocation(const PathFinder& finder) {
  for (const int donor : {kNitrogen, kSulphur, kOxygen}) {
    const auto starts = [&](const RDKit::Atom& atom) {
      return atom.getAtomicNum() == donor && has_lone_pair(atom);
    };
    if (auto path = first_path(finder, starts, LastBond::single, is_carbocation, is_neutral, 19)) {
      return path;
    }
  }
  return {};
}

std::optional<AlternatingPath> shift_to_hydrogens(const PathFinder& finder) {
  const auto starts = [](const RDKit::Atom& atom) {
    return !atom.getIsAromatic() && atom.getAtomicNum() != kSulphur && has_lone_pair(atom) &&
           has_hydrogens(atom);
  };
  const auto ends = [](const RDKit::Atom& atom) {
    return !atom.getIsAromatic() && is_conjugated_cation(atom) && !has_hydrogens(atom) &&
           !has_neighbor(atom, is_negative);
  };
  const auto passes = [](const RDKit::Atom& atom) {
    return is_neutral(atom) && !atom.getIsAromatic();
  };
  return first_path(finder, starts, LastBond::multiple, ends, passes, 4);
}

constexpr std::array<Rule, 6> kRules = {join_neighbors, join_conjugated,    end_with_azide,
                                        end_with_oxide, settle_carbocation, shift_to_hydrogens};

/// Whether a rule may apply: most charged molecules are nitro compounds, N-oxides and ammonium
/// ions, whose charges have nowhere to go.
bool may_have_rules(const RDKit::RWMol& mol) {
  const auto is_positive = [](const RDKit::Atom& atom) { return atom.getFormalCharge() > 0; };
  bool free_donor = false;
  for (const auto* atom : mol.atoms()) {
    free_donor = free_donor || (gives_electrons(*atom) && has_neighbor(*atom, is_neutral));
  }
  for (const auto* atom : mol.atoms()) {
    if (!is_positive(*atom)) continue;
    if (is_carbocation(*atom)) return true;
    if (takes_more_bonds(*atom) && has_neighbor(*atom, gives_electrons)) return true;
    const bool conjugated = count_multiple_bonds(*atom) > 0 || is_middle_of_diazonium(*atom);
    if (conjugated && (free_donor || !has_neighbor(*atom, is_negative))) return true;
    const bool middle = is_middle_of_diazonium(*atom) || is_middle_of_nitrone(*atom);
    if (middle && has_neighbor(*atom, gives_electrons)) return true;
  }
  return false;
}

int preference_of(const RDKit::Atom& atom) {
  constexpr std::array kOrder = {7, 15, 16, 34, 8, 52, 33};
  const auto place = std::find(kOrder.begin(), kOrder.end(), atom.getAtomicNum());
  return static_cast<int>(place - kOrder.begin());
}

bool may_move(const RDKit::Atom& atom) {
  return is_conjugated_cation(atom) && !has_hydrogens(atom) && !has_neighbor(atom, is_negative);
}

bool has_conjugated_cation(const RDKit::RWMol& mol) {
  for (const auto* atom : mol.atoms()) {
    const bool may_be = atom->getFormalCharge() > 0 && count_multiple_bonds(*atom) > 0;
    if (may_be && !has_hydrogens(*atom) && !has_neighbor(*atom, is_negative)) return true;
  }
  return false;
}

/// What the ways to write a cation are compared by: the elements that carry charges, then SMILES.
using FormKey = std::pair<int, std::string>;

FormKey key_of(const RDKit::RWMol& mol) {
  int preference = 0;
  for (const auto* atom : mol.atoms()) {
    if (atom->getFormalCharge() > 0) preference += preference_of(*atom);
  }
  return {preference, write_smiles(mol)};
}

/// All ways that one move leads to.
std::vector<MolPtr> moved_once(const RDKit::RWMol& mol) {
  const RDKit::RWMol kekule = kekulised(mol);
  const PathFinder finder(kekule, ranks_of(mol));
  std::vector<MolPtr> forms;
  for (const auto* cation : finder.atoms()) {
    if (!may_move(*cation)) continue;
    for (const auto* donor : finder.atoms()) {
      const bool better = preference_of(*donor) <= preference_of(*cation);
      if (!better || has_hydrogens(*donor) || !has_lone_pair(*donor)) continue;
      const auto is_cation = [&](const RDKit::Atom& atom) { return &atom == cation; };
      const auto path = finder.find(*donor, LastBond::multiple, is_cation, is_neutral);
      if (!path) continue;
      RDKit::RWMol moved(kekule);
      move_electrons(moved, *path);
      if (auto form = sanitised(moved)) forms.push_back(std::move(form));
    }
  }
  return forms;
}

}  // namespace

MolPtr joined_charges(MolPtr mol) {
  if (!may_have_rules(*mol)) return mol;
  RDKit::RWMol kekule = kekulised(*mol);
  const auto ranks = ranks_of(*mol);
  constexpr int kMostMoves = 100;
  int moves = 0;
  for (std::size_t rule = 0; rule < kRules.size() && moves < kMostMoves;) {
    const auto path = kRules[rule](PathFinder(kekule, ranks));
    if (path) {
      move_electrons(kekule, *path);
      ++moves;
      rule = 0;
    } else {
      ++rule;
    }
  }
  auto joined = moves == 0 ? nullptr : sanitised(kekule);
  return joined == nullptr ? std::move(mol) : std::move(joined);
}

MolPtr settled_cation(MolPtr mol) {
  constexpr std::size_t kMostForms = 64;
  if (!has_conjugated_cation(*mol)) return mol;
  std::set<std::string> seen{write_smiles(*mol)};
  auto best_key = key_of(*mol);
  MolPtr best = std::make_unique<RDKit::RWMol>(*mol);
  std::vector<MolPtr> open;
  open.push_back(std::move(mol));
  while (!open.empty() && seen.size() < kMostForms) {
    const MolPtr form = std::move(open.back());
    open.pop_back();
    for (auto& next : moved_once(*form)) {
      auto key = key_of(*next);
      if (!seen.insert(key.second).second) continue;
      if (key < best_key) {
        best_key = std::move(key);
        best = std::make_unique<RDKit::RWMol>(*next);
      }
      open.push_back(std::move(next));
    }
  }
  return best;
}

}  // namespace specbridge
