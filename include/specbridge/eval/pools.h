#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "specbridge/base/context.h"
#include "specbridge/chem/molecule.h"
#include "specbridge/eval/raw_pools.h"

namespace specbridge {

/// Candidate pools of a file { "truth SMILES": ["candidate SMILES", ...] }, standardised. A
/// molecule that stands in many pools is held once.
class CandidatePools {
 public:
  /// Reads MassSpecGym's JSON, plain or gzip-compressed. Candidates that are no molecules are
  /// dropped, counted and named in `rejected`; a truth that is none is an error.
  /// @throws InputError when the file is missing, damaged, or not of this form
  static CandidatePools load(const std::filesystem::path& path, const RunContext& context);

  /// The same of texts that were read already.
  /// @param standardized one per text of `raw` @param path what messages name
  static CandidatePools assemble(const RawPools& raw,
                                 std::vector<std::variant<Molecule, Rejection>> standardized,
                                 const std::filesystem::path& path, const RunContext& context);

  /// One pool that all of the molecules share: each is ranked against all others.
  static CandidatePools all_against_all(std::vector<Molecule> molecules);

  /// Distinct molecules over all pools, in order of their standardised SMILES.
  const std::vector<Molecule>& molecules() const noexcept { return molecules_; }
  /// The pool of a truth, as rows of molecules(), ascending, without duplicates; nullptr when the
  /// file has none. Any spelling of the truth finds it: pools are looked up by the standardised
  /// SMILES, else by inchikey14 (of several tautomers' pools, the first of the file).
  const std::vector<std::size_t>* find(const Molecule& truth) const;
  std::size_t pools() const noexcept { return pools_.size(); }
  std::size_t rejected() const noexcept { return rejected_; }

 private:
  std::size_t pool_for(const Molecule& truth);

  std::vector<Molecule> molecules_;
  std::vector<std::vector<std::size_t>> pools_;
  std::unordered_map<std::string, std::size_t> pool_of_smiles_, pool_of_key_;  ///< of the truth
  std::size_t rejected_ = 0;
};

}  // namespace specbridge
