#include "pipeline/benchmark/chosen_candidates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>

#include "pipeline/benchmark/molecule_groups.h"
#include "ranking/structures.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr double kSameMass = 1e-4;  // Da; isomers have the same bits, isotopes differ by more

struct Candidate {
  std::size_t row = 0;
  StructureKey key;
  double distance = 0;     ///< of masses, Da
  std::uint64_t draw = 0;  ///< in which order some are drawn
  bool isomer = false;
};

/// A number that looks random, and hangs on nothing but the seed and the two structures.
std::uint64_t draw_of(std::uint64_t seed, const StructureKey& truth, const StructureKey& key) {
  const std::array<std::uint64_t, 5> words = {seed, truth.words()[0], truth.words()[1],
                                              key.words()[0], key.words()[1]};
  return xxhash64({reinterpret_cast<const char*>(words.data()), sizeof(words)});
}

/// Rows of the formula, the charge and the isotopes of the truth, ascending.
std::vector<std::size_t> isomer_rows(const MoleculeLibrary& library, const Molecule& truth) {
  auto rows = library.with_formula(parted_formula(truth));
  std::erase_if(rows, [&](std::size_t row) {
    return std::abs(library.mass(row) - truth.exact_mass()) > kSameMass ||
           library.text(row).charge != truth.charge();
  });
  return rows;
}

std::vector<std::size_t> rows_of_mass(const MoleculeLibrary& library, const Molecule& truth,
                                      const Tolerance& tolerance) {
  const double width = half_width(tolerance, truth.exact_mass());
  std::vector<std::size_t> rows;
  for (const auto& range : library.within(truth.exact_mass() - width, truth.exact_mass() + width)) {
    for (std::size_t row = range.first; row < range.last; ++row) rows.push_back(row);
  }
  return rows;
}

/// All that there are, each structure once, in the order of its key; the truth may be one of them.
std::vector<Candidate> all_candidates(const MoleculeLibrary& library, const Molecule& truth,
                                      const CandidateRules& rules) {
  const bool by_formula = rules.by == PoolBy::formula;
  std::vector<std::size_t> isomers;
  if (by_formula || rules.isomers) isomers = isomer_rows(library, truth);
  const StructureKey truth_key(truth.inchikey14());
  std::vector<Candidate> candidates;
  for (const std::size_t row :
       by_formula ? isomers : rows_of_mass(library, truth, rules.tolerance)) {
    const StructureKey key = library.structure(row);
    candidates.push_back({row, key, std::abs(library.mass(row) - truth.exact_mass()),
                          draw_of(rules.seed, truth_key, key),
                          by_formula || std::ranges::binary_search(isomers, row)});
  }
  keep_best_of_each(
      candidates, [](const Candidate& candidate) { return candidate.key; },
      [&](const Candidate& a, const Candidate& b) { return library.before(a.row, b.row); });
  return candidates;
}

/// Isomers first, as many as are wanted and in the order of drawing, then others by mass.
void keep_isomers(std::vector<Candidate>& candidates, std::size_t wanted) {
  const auto order = [](const Candidate& one) {
    return std::tuple(!one.isomer, one.isomer ? 0.0 : one.distance, one.draw, one.key);
  };
  std::ranges::sort(candidates, {}, order);
  const auto isomers =
      static_cast<std::size_t>(std::ranges::count_if(candidates, &Candidate::isomer));
  if (isomers <= wanted) return;
  const auto first = candidates.begin();
  candidates.erase(first + static_cast<std::ptrdiff_t>(wanted),
                   first + static_cast<std::ptrdiff_t>(isomers));
}

}  // namespace

ChosenCandidates choose_candidates(const MoleculeLibrary& library, const Molecule& truth,
                                   const CandidateRules& rules) {
  auto candidates = all_candidates(library, truth, rules);
  ChosenCandidates chosen;
  const StructureKey truth_key(truth.inchikey14());
  chosen.truth_in_library = std::erase_if(candidates, [&](const Candidate& candidate) {
                              return candidate.key == truth_key;
                            }) > 0;
  const std::size_t there = candidates.size();
  if (rules.isomers) {
    keep_isomers(candidates, *rules.isomers);
  } else {
    std::ranges::sort(candidates, {},
                      [](const Candidate& one) { return std::tuple(one.draw, one.key); });
  }
  const std::size_t most = rules.most.value_or(std::numeric_limits<std::size_t>::max());
  if (candidates.size() > most - 1) candidates.resize(most - 1);
  chosen.cut = candidates.size() < there;
  for (const auto& candidate : candidates) chosen.rows.push_back(candidate.row);
  return chosen;
}

}  // namespace specbridge
