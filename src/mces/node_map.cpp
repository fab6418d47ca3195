#include "mces/node_map.h"

#include <algorithm>
#include <utility>

namespace specbridge {
namespace {}  // namespace

NodeMap::NodeMap(const McesProblem& problem)
    : problem_(&problem),
      side2_atoms_(problem.side2.atoms()),
      weights2_(problem.side2.element.size() * problem.side2.element.size(), 0),
      partner_(index(problem.lines), -1),
      line_of_atom_(problem.side1.element.size(), 0) {
  for (int u = 0; u < side2_atoms_; ++u) {
    for (const auto& v : problem.side2.around(u)) {
      weights2_[index(u) * index(side2_atoms_) + index(v.atom)] =
          static_cast<std::uint8_t>(v.weight);
    }
  }
  for (const auto& block : problem.blocks) {
    for (int row = 0; row < block.count1; ++row) {
      line_of_atom_[index(block.first1 + row)] = block.first_line + row;
    }
  }
}

int NodeMap::worth_at(int atom) const {
  const int u = partner_[index(line_of_atom_[index(atom)])];
  if (u < 0) return 0;
  int sum = 0;
  for (const auto& k : problem_->side1.around(atom)) {
    const int v = partner_[index(line_of_atom_[index(k.atom)])];
    if (v >= 0) sum += std::min(k.weight, weight2(u, v));
  }
  return sum;
}

int NodeMap::worth() const {
  int sum = 0;
  for (int atom = 0; atom < problem_->side1.atoms(); ++atom) sum += worth_at(atom);
  return sum / 2;
}

bool NodeMap::improve_block(const McesBlock& block) {
  bool improved = false;
  for (int a = 0; a < block.count1; ++a) {
    for (int b = a + 1; b < block.size; ++b) {
      auto& first = partner_[index(block.first_line + a)];
      auto& second = partner_[index(block.first_line + b)];
      // A bond between the two atoms counts twice before and after and is matched as before.
      const auto both = [&] {
        return worth_at(block.first1 + a) + (b < block.count1 ? worth_at(block.first1 + b) : 0);
      };
      const int before = both();
      std::swap(first, second);
      if (both() > before) {
        improved = true;
      } else {
        std::swap(first, second);
      }
    }
  }
  return improved;
}

void NodeMap::improve() {
  bool improved = true;
  while (improved) {
    improved = false;
    for (const auto& block : problem_->blocks) improved = improve_block(block) || improved;
  }
}

}  // namespace specbridge
