#include "chem/standard/conjugation.h"

#include <GraphMol/GraphMol.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace specbridge {
namespace {

int order_of(const RDKit::Bond& bond) {
  return static_cast<int>(std::lround(bond.getBondTypeAsDouble()));
}

}  // namespace

/// Goes down all paths of one length, the lowest ranks first.
struct PathFinder::Search {
  PathFinder& finder;
  const Test& ends;
  const Test& passes;
  std::size_t length;
  std::vector<char> visited;
  AlternatingPath path;

  bool go_on(const RDKit::Atom& from) {
    const std::size_t bonds = path.size() - 1;
    if (bonds == length) return ends(from);
    if (finder.steps_left_ == 0 || (bonds > 0 && !passes(from))) return false;
    --finder.steps_left_;
    const bool single = bonds % 2 == 0;
    for (const auto* next : neighbors(from, single)) {
      visited[next->getIdx()] = 1;
      path.push_back(next->getIdx());
      if (go_on(*next)) return true;
      path.pop_back();
      visited[next->getIdx()] = 0;
    }
    return false;
  }

  std::vector<const RDKit::Atom*> neighbors(const RDKit::Atom& from, bool single) const {
    std::vector<const RDKit::Atom*> found;
    for (const auto* bond : finder.mol_.atomBonds(&from)) {
      const auto* other = bond->getOtherAtom(&from);
      const int order = order_of(*bond);
      const bool fits = single ? bond->getBondType() == RDKit::Bond::SINGLE : order > 1;
      if (fits && visited[other->getIdx()] == 0) found.push_back(other);
    }
    std::sort(found.begin(), found.end(), [&](const auto* a, const auto* b) {
      return finder.rank_[a->getIdx()] < finder.rank_[b->getIdx()];
    });
    return found;
  }
};

PathFinder::PathFinder(const RDKit::RWMol& mol, std::vector<unsigned> rank)
    : mol_(mol), rank_(std::move(rank)) {
  for (const auto* atom : mol_.atoms()) atoms_.push_back(atom);
  std::sort(atoms_.begin(), atoms_.end(),
            [&](const auto* a, const auto* b) { return rank_[a->getIdx()] < rank_[b->getIdx()]; });
}

std::optional<AlternatingPath> PathFinder::find(const RDKit::Atom& start, LastBond last,
                                                const Test& ends, const Test& passes,
                                                std::size_t longest) {
  for (std::size_t length = last == LastBond::single ? 1 : 2; length <= longest; length += 2) {
    Search search{*this, ends, passes, length, std::vector<char>(mol_.getNumAtoms()), {}};
    search.visited[start.getIdx()] = 1;
    search.path.push_back(start.getIdx());
    if (search.go_on(start)) return std::move(search.path);
  }
  return {};
}

void move_electrons(RDKit::RWMol& mol, const AlternatingPath& path) {
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    auto* bond = mol.getBondBetweenAtoms(path[i], path[i + 1]);
    const int order = order_of(*bond) + (i % 2 == 0 ? 1 : -1);
    bond->setBondType(order == 1   ? RDKit::Bond::SINGLE
                      : order == 2 ? RDKit::Bond::DOUBLE
                                   : RDKit::Bond::TRIPLE);
  }
  auto* first = mol.getAtomWithIdx(path.front());
  auto* last = mol.getAtomWithIdx(path.back());
  first->setFormalCharge(first->getFormalCharge() + 1);
  last->setFormalCharge(last->getFormalCharge() - 1);
}

}  // namespace specbridge
