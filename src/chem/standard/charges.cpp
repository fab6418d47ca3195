#include "chem/standard/charges.h"

#include <GraphMol/GraphMol.h>

#include <array>
#include <optional>
#include <utility>

#include "chem/elements.h"
#include "chem/standard/conjugation.h"
#include "chem/standard/electrons.h"

namespace specbridge {
namespace {

using LastBond = PathFinder::LastBond;

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

using Rule = std::optional<AlternatingPath> (*)(PathFinder&);

/// The first path, over starts in order of rank.
std::optional<AlternatingPath> first_path(PathFinder& finder, const PathFinder::Test& starts,
                                          LastBond last, const PathFinder::Test& ends,
                                          const PathFinder::Test& passes, std::size_t longest) {
  for (const auto* atom : finder.atoms()) {
    if (!starts(*atom)) continue;
    if (auto path = finder.find(*atom, last, ends, passes, longest)) return path;
  }
  return {};
}

std::optional<AlternatingPath> join_neighbors(PathFinder& finder) {
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

/// The positive half of an N-oxide or an ylide has its partner.
bool is_unpaired_cation(const RDKit::Atom& atom) {
  return is_conjugated_cation(atom) && !has_neighbor(atom, gives_electrons);
}

std::optional<AlternatingPath> join_conjugated(PathFinder& finder) {
  return first_path(finder, gives_electrons, LastBond::multiple, is_unpaired_cation, is_neutral,
                    20);
}

std::optional<AlternatingPath> end_with_azide(PathFinder& finder) {
  const auto passes = [](const RDKit::Atom& atom) {
    return is_neutral(atom) || is_middle_of_diazonium(atom);
  };
  return first_path(finder, gives_electrons, LastBond::multiple, ends_diazonium, passes, 20);
}

std::optional<AlternatingPath> end_with_oxide(PathFinder& finder) {
  return first_path(finder, gives_electrons, LastBond::multiple, ends_nitrone, is_middle_of_nitrone,
                    2);
}

std::optional<AlternatingPath> settle_carbocation(PathFinder& finder) {
  const auto ends_quinone = [](const RDKit::Atom& atom) {
    return gives_electrons(atom) && atom.getAtomicNum() != kCarbon;
  };
  if (auto path =
          first_path(finder, ends_quinone, LastBond::single, is_carbocation, is_neutral, 19)) {
    return path;
  }
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

std::optional<AlternatingPath> shift_to_hydrogens(PathFinder& finder) {
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

constexpr std::array<Rule, 6> kRules = {join_neighbors, end_with_oxide,     join_conjugated,
                                        end_with_azide, settle_carbocation, shift_to_hydrogens};

/// Whether a rule may apply: most charged molecules are nitro compounds, N-oxides and ammonium
/// ions, whose charges have nowhere to go.
bool may_have_rules(const RDKit::RWMol& mol) {
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

}  // namespace

MolPtr joined_charges(MolPtr mol) {
  if (!may_have_rules(*mol)) return mol;
  RDKit::RWMol kekule = kekulised(*mol);
  const auto ranks = ranks_of(*mol);
  constexpr int kMostMoves = 100;
  int moves = 0;
  for (std::size_t rule = 0; rule < kRules.size() && moves < kMostMoves;) {
    PathFinder finder(kekule, ranks);
    const auto path = kRules[rule](finder);
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

}  // namespace specbridge
