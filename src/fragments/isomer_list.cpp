#include "fragments/isomer_list.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include "base/parallel.h"
#include "base/random.h"
#include "chem/morgan.h"
#include "chem/tables/standardised_rows.h"
#include "fragments/hashing.h"

namespace specbridge {
namespace {

constexpr std::size_t kMoleculesKnown = 250'000;

std::uint64_t number_of(std::string_view text) {
  constexpr std::uint64_t kStart = 14695981039346656037U, kPrime = 1099511628211U;  // FNV-1a
  std::uint64_t number = kStart;
  for (const char c : text) number = (number ^ static_cast<unsigned char>(c)) * kPrime;
  return number;
}

/// Some molecules of one formula: those whose drawn numbers are the smallest.
class Drawn {
 public:
  explicit Drawn(std::size_t most) : most_(most) {}

  void add(const Molecule& molecule, std::uint64_t seed) {
    const std::uint64_t number = combined(seed, number_of(molecule.inchikey14()));
    if (kept_.size() == most_ && number > kept_.rbegin()->first.first) return;
    // Of several spellings of one key the smallest stays, whichever came first.
    const auto [place, fresh] = kept_.try_emplace({number, molecule.inchikey14()}, molecule);
    if (!fresh && molecule.smiles() < place->second.smiles()) place->second = molecule;
    if (kept_.size() > most_) kept_.erase(std::prev(kept_.end()));
  }
  Decoys without(const Molecule& truth, std::size_t most) const {
    Decoys decoys;
    for (const auto& [key, molecule] : kept_) {
      if (decoys.size() < most && key.second != truth.inchikey14()) decoys.push_back(molecule);
    }
    return decoys;
  }

 private:
  std::size_t most_;
  std::map<std::pair<std::uint64_t, std::string>, Molecule> kept_;
};

/// Adds what the molecules of some rows consist of.
void add_environments(std::span<const StandardizedRecord> records, KnownEnvironments& known,
                      const RunContext& context) {
  std::vector<std::vector<EnvironmentCount>> of(records.size());
  parallel_for(records.size(), context.threads, [&](std::size_t i) {
    const auto* molecule = std::get_if<Molecule>(&records[i].result);
    if (molecule != nullptr) of[i] = morgan_environments(*molecule, 2);
  });
  for (const auto& environments : of) {
    for (const auto& environment : environments) known.insert(environment.id);
  }
}

}  // namespace

ListedIsomers isomers_in(const std::vector<std::filesystem::path>& tables,
                         std::span<const Molecule> molecules, std::size_t most, std::uint64_t seed,
                         const RunContext& context) {
  ListedIsomers listed;
  std::size_t looked_at = 0;
  std::unordered_map<std::string, Drawn> of_formula;
  // One more than is wanted: a molecule is no isomer of itself.
  for (const auto& molecule : molecules) of_formula.try_emplace(molecule.formula(), most + 1);
  standardize_tables(tables, context, [&](std::span<StandardizedRecord> records) {
    for (const auto& record : records) {
      const auto* molecule = std::get_if<Molecule>(&record.result);
      if (molecule == nullptr) continue;
      const auto found = of_formula.find(molecule->formula());
      if (found != of_formula.end()) found->second.add(*molecule, seed);
    }
    if (looked_at < kMoleculesKnown) add_environments(records, listed.known, context);
    looked_at += records.size();
  });
  listed.of.reserve(molecules.size());
  for (const auto& molecule : molecules) {
    listed.of.push_back(of_formula.at(molecule.formula()).without(molecule, most));
  }
  return listed;
}

std::vector<Decoys> made_isomers(std::span<const Molecule> molecules,
                                 std::span<const std::size_t> wanted, const ListedIsomers& listed,
                                 std::size_t most, std::uint64_t seed, const RunContext& context) {
  std::vector<Decoys> made(molecules.size());
  parallel_for(wanted.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    const std::size_t molecule = wanted[i];
    const Decoys& taken = listed.of[molecule];
    Random random(seed, molecule);
    if (taken.size() < most) {
      made[molecule] =
          edited_isomers(molecules[molecule], most - taken.size(), taken, listed.known, random);
    }
    context.progress("making isomers", i + 1, wanted.size());
  });
  return made;
}

}  // namespace specbridge
