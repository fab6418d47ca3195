#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chem/molecule.h"

namespace specbridge {

/// The formula by which molecules are held apart: in Hill order without charge.
std::string parted_formula(const Molecule& molecule);

/// Molecules that must not be parted, counted by spectra. Groups are joined when a key ties them.
class MoleculeGroups {
 public:
  /// Counts a spectrum. @param keys what it has in common with others of its group, at least one
  /// @return a number of its group, good until the end: see part_of()
  std::size_t add(std::span<const std::string> keys);

  /// Deals the groups: in an order that the seed draws from their keys, the first go to the first
  /// part until it has its share of the spectra, the next to the second, and so on. Nothing depends
  /// on the order of add().
  /// @param shares of the parts, in proportion @return by number of add(): the part
  std::vector<std::size_t> deal(std::span<const double> shares, std::uint64_t seed);

  /// How many groups there are.
  std::size_t groups();

 private:
  std::size_t root_of(std::size_t node);
  std::size_t node_of(const std::string& key);

  std::unordered_map<std::string, std::size_t> node_of_key_;
  std::vector<std::size_t> parent_, spectra_;  // by node; spectra of the whole group at its root
  std::vector<std::string> smallest_;          // key of the group, at its root
};

}  // namespace specbridge
