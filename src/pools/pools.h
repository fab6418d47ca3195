#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "chem/molecule.h"
#include "pools/raw_pools.h"
#include "specbridge/context.h"
#include "specbridge/record_name.h"

namespace specbridge {

/// Candidate pools of a file, standardised. A molecule that stands in many pools is held once.
class CandidatePools {
 public:
  /// Reads what read_raw_pools() takes. Candidates that are no molecules are dropped, counted and
  /// named in `rejected`; a truth that is none is an error. Keys of one structure make one pool,
  /// with a warning where their candidates differ.
  /// @throws InputError when the file is missing, damaged, or of no known form
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
  /// The pool of a record, as rows of molecules(), ascending, without duplicates; nullptr when the
  /// file has none. Pools with the name or number of their query are its whatever its structure;
  /// pools with a truth are looked up by the standardised SMILES, so that any spelling finds them,
  /// else by inchikey14 (of several tautomers' pools, the first of the file).
  /// Where a table states number and name of a query, and the record of that number has another
  /// name, the name decides.
  /// @param structure the truth; nullptr: not known
  const std::vector<std::size_t>* find(const RecordName& record, const Molecule* structure) const;
  /// Whether pools are found by the structure of the query.
  bool by_structure() const noexcept { return !pool_of_smiles_.empty(); }
  /// What of a query its pool is found by, in words.
  std::string_view found_by() const noexcept;
  std::size_t pools() const noexcept { return pools_.size(); }
  std::size_t rejected() const noexcept { return rejected_; }
  /// Every pool once, as find() has it, by the order of the file.
  const std::vector<std::vector<std::size_t>>& all() const noexcept { return pools_; }
  /// Whose a pool is, in words: "query_index 3", "\"F1\"". @param pool position in all()
  std::string owner_of(std::size_t pool) const;

 private:
  struct NumberedPool {
    std::size_t pool = 0;
    std::string id;  ///< name of the query; empty: not stated
  };

  template <typename Keys, typename Key>
  std::size_t pool_in(Keys& keys, const Key& key);
  std::size_t numbered_pool(const QueryIndex& query);
  /// @param rows of the texts of the file
  std::size_t pool_of(const PoolKey& key, std::span<const std::optional<std::size_t>> rows);

  std::vector<Molecule> molecules_;
  std::vector<std::vector<std::size_t>> pools_;
  std::unordered_map<std::string, std::size_t> pool_of_smiles_, pool_of_key_;  ///< of the truth
  std::unordered_map<std::string, std::size_t> pool_of_id_;                    ///< of the query
  NamedBy named_by_ = NamedBy::id;                                             ///< in pool_of_id_
  std::unordered_map<std::size_t, NumberedPool> pool_of_index_;                ///< of the query
  std::size_t rejected_ = 0;
};

}  // namespace specbridge
