#include "fragments/fragmenter.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "chem/elements.h"
#include "fragments/cut_sides.h"

namespace specbridge {
namespace {

using Bonds = std::initializer_list<std::uint16_t>;

/// A piece before anything is worked out of it.
struct Piece {
  AtomSet atoms;
  std::array<std::uint16_t, Fragment::kMostBroken> broken = {};
  std::uint8_t cuts = 0;
};

/// Collects pieces up to a number of them.
class Pieces {
 public:
  explicit Pieces(std::size_t most) : most_(most) {}
  bool full() const noexcept { return pieces_.size() > most_; }
  std::size_t size() const noexcept { return pieces_.size(); }
  void shrink(std::size_t size) { pieces_.resize(size); }
  void add(AtomSet atoms, Bonds broken) {
    Piece piece{atoms, {}, static_cast<std::uint8_t>(broken.size())};
    std::ranges::copy(broken, piece.broken.begin());
    pieces_.push_back(piece);
  }
  const std::vector<Piece>& all() const noexcept { return pieces_; }

 private:
  std::size_t most_;
  std::vector<Piece> pieces_;
};

/// Works out what fragments are.
class Describer {
 public:
  explicit Describer(const StructureGraph& graph) : graph_(graph) {
    for (const auto& atom : graph.atoms) {
      masses_.push_back(atom.mass + atom.hydrogens * hydrogen_mass());
    }
    for (const auto& bond : graph.bonds) costs_.push_back(bond_cost(graph, bond));
  }

  Fragment operator()(const Piece& piece) const {
    Fragment fragment;
    fragment.atoms = piece.atoms;
    fragment.broken = piece.broken;
    fragment.cuts = piece.cuts;
    unsigned electrons = 0;
    piece.atoms.for_each([&](std::size_t i) {
      const auto& atom = graph_.atoms[i];
      fragment.mass += masses_[i];
      electrons += atom.element + atom.hydrogens;
      fragment.charge = static_cast<std::int8_t>(fragment.charge + atom.charge);
    });
    fragment.odd_electrons = electrons % 2 == 1;
    for (const auto place : fragment.broken_bonds()) {
      fragment.ring_cuts += graph_.bonds[place].in_ring ? 1 : 0;
      fragment.bond_cost += costs_[place];
    }
    return fragment;
  }

 private:
  const StructureGraph& graph_;
  std::vector<double> masses_;
  std::vector<float> costs_;
};

/// What two single cuts leave between them, and the larger position of the two in the list of cuts.
struct Middle {
  AtomSet atoms;
  std::size_t first, second;
};

/// What the parts of two cuts have in common and is neither none nor all of a part. Of the four
/// overlaps of the parts of two bonds outside rings only one is such a one.
AtomSet proper_overlap(const Cut& one, const Cut& other) {
  for (const AtomSet a : {one.side, one.rest}) {
    for (const AtomSet b : {other.side, other.rest}) {
      const AtomSet both = a & b;
      if (!both.empty() && both != a && both != b) return both;
    }
  }
  return {};
}

std::vector<Middle> middles_of(const std::vector<Cut>& cuts) {
  std::vector<Middle> middles;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    for (std::size_t j = i + 1; j < cuts.size(); ++j) {
      const AtomSet both = proper_overlap(cuts[i], cuts[j]);
      if (!both.empty()) middles.push_back({both, i, j});
    }
  }
  return middles;
}

/// Whether a bond lies inside a piece, and whether it leads out of one.
bool is_inside(AtomSet piece, const StructureGraph::Bond& bond) {
  return piece.contains(bond.first) && piece.contains(bond.second);
}
bool leads_out(AtomSet piece, const StructureGraph::Bond& bond) {
  return piece.contains(bond.first) != piece.contains(bond.second);
}

/// Adds the part of a piece behind a bond inside it out of which the two bonds that set the piece
/// free still lead. A piece has one set of bonds that lead out of it, so none comes twice.
void add_part(const StructureGraph& graph, AtomSet piece, std::uint16_t first, std::uint16_t second,
              const Cut& cut, Pieces& pieces) {
  if (!is_inside(piece, graph.bonds[cut.bonds[0]])) return;
  for (const AtomSet side : {cut.side, cut.rest}) {
    const AtomSet part = piece & side;
    if (leads_out(part, graph.bonds[first]) && leads_out(part, graph.bonds[second])) {
      pieces.add(part, {first, second, cut.bonds[0]});
    }
  }
}

/// Pieces that two bonds of a ring and one outside rings set free.
void add_ring_pieces(const StructureGraph& graph, const std::vector<Cut>& single,
                     const std::vector<Cut>& ring, Pieces& pieces) {
  for (const Cut& pair : ring) {
    for (const Cut& one : single) {
      if (pieces.full()) return;
      add_part(graph, pair.side, pair.bonds[0], pair.bonds[1], one, pieces);
      add_part(graph, pair.rest, pair.bonds[0], pair.bonds[1], one, pieces);
    }
  }
}

/// Pieces that three bonds outside rings set free.
void add_middle_pieces(const StructureGraph& graph, const std::vector<Cut>& single,
                       const std::vector<Middle>& middles, Pieces& pieces) {
  for (const Middle& middle : middles) {
    for (std::size_t k = middle.second + 1; k < single.size(); ++k) {
      if (pieces.full()) return;
      add_part(graph, middle.atoms, single[middle.first].bonds[0], single[middle.second].bonds[0],
               single[k], pieces);
    }
  }
}

/// Pieces that one or two broken bonds set free, and the molecule.
void add_simple_pieces(const StructureGraph& graph, const std::vector<Cut>& single,
                       const std::vector<Cut>& ring, const std::vector<Middle>& middles,
                       Pieces& pieces) {
  pieces.add(AtomSet::first(graph.atoms.size()), {});
  for (const Cut& cut : single) {
    for (const AtomSet part : {cut.side, cut.rest}) pieces.add(part, {cut.bonds[0]});
  }
  for (const Cut& cut : ring) {
    for (const AtomSet part : {cut.side, cut.rest}) {
      pieces.add(part, {cut.bonds[0], cut.bonds[1]});
    }
  }
  for (const Middle& middle : middles) {
    pieces.add(middle.atoms, {single[middle.first].bonds[0], single[middle.second].bonds[0]});
  }
}

/// Collects pieces as far as their number allows. What comes too much is left out as a whole, so
/// that it does not hang on the order of atoms.
FragmentationExtent collect(const StructureGraph& graph, Pieces& pieces) {
  const auto single = single_cuts(graph), ring = ring_cuts(graph);
  const auto middles = middles_of(single);
  add_simple_pieces(graph, single, ring, middles, pieces);
  if (pieces.full()) return FragmentationExtent::too_many_fragments;
  const std::size_t simple = pieces.size();
  add_ring_pieces(graph, single, ring, pieces);
  if (pieces.full()) {
    pieces.shrink(simple);
    return FragmentationExtent::two_cuts;
  }
  const std::size_t with_rings = pieces.size();
  add_middle_pieces(graph, single, middles, pieces);
  if (pieces.full()) {
    pieces.shrink(with_rings);
    return FragmentationExtent::rings_and_two_cuts;
  }
  return FragmentationExtent::three_cuts;
}

/// The molecule first, then by mass.
void sort_by_mass(std::vector<Fragment>& fragments) {
  std::vector<std::pair<double, std::uint32_t>> order;
  for (std::size_t i = 1; i < fragments.size(); ++i) {
    order.emplace_back(fragments[i].mass, static_cast<std::uint32_t>(i));
  }
  std::ranges::sort(order);
  std::vector<Fragment> sorted = {fragments.front()};
  sorted.reserve(fragments.size());
  for (const auto& [mass, place] : order) sorted.push_back(fragments[place]);
  fragments = std::move(sorted);
}

}  // namespace

std::string_view problem_of(FragmentationExtent extent) {
  switch (extent) {
    case FragmentationExtent::too_many_atoms:
      return "more than 128 heavy atoms";
    case FragmentationExtent::too_many_fragments:
      return "too many fragments";
    default:
      return "";
  }
}

float bond_cost(const StructureGraph& graph, const StructureGraph::Bond& bond) {
  using Order = StructureGraph::Order;
  const float strength = bond.order == Order::onefold   ? 1.0F
                         : bond.order == Order::twofold ? 2.0F
                                                        : 3.0F;
  const bool carbons =
      graph.atoms[bond.first].element == kCarbon && graph.atoms[bond.second].element == kCarbon;
  return carbons ? 2 * strength : strength;
}

Fragmentation fragment(StructureGraph graph, const FragmenterLimits& limits) {
  Fragmentation result{std::move(graph), FragmentationExtent::three_cuts, {}};
  if (result.graph.atoms.size() > std::min(limits.atoms, AtomSet::kCapacity)) {
    result.extent = FragmentationExtent::too_many_atoms;
    return result;
  }
  Pieces pieces(limits.fragments);
  result.extent = collect(result.graph, pieces);
  if (!problem_of(result.extent).empty()) return result;
  result.fragments.reserve(pieces.size());
  const Describer describe(result.graph);
  for (const Piece& piece : pieces.all()) result.fragments.push_back(describe(piece));
  sort_by_mass(result.fragments);
  return result;
}

}  // namespace specbridge
