#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "library/build/shard_writer.h"
#include "library/build/sorted_runs.h"
#include "specbridge/context.h"
#include "store/journalled/journal.h"

namespace specbridge {

/// What a journal knows of the shards that are finished.
struct ShardProgress {
  std::size_t shards = 0;    ///< that are whole
  std::size_t consumed = 0;  ///< molecules that are in them, or have no vector, or are not needed
  std::size_t without_vector = 0;
  std::size_t not_needed = 0;
};
ShardProgress progress_of(const JournalledDirectory& journal);

/// Writes molecules in order into the shards of journal.output(), one step of the journal a shard,
/// behind those that it speaks of already.
class JournalledShards {
 public:
  /// @param present shards in the output that no step speaks of: those of another library
  JournalledShards(JournalledDirectory& journal, const ShardRules& rules, std::size_t present);

  void add(const LabelledMolecule& molecule, const RowToStore& row, const RunContext& context);
  /// Counts a molecule that the encoder gives no vector of finite length, and tells of it.
  void reject(const LabelledMolecule& molecule);
  /// Counts a molecule that the library has already.
  void pass();
  void finish(const RunContext& context);
  const ShardProgress& progress() const noexcept { return progress_; }

 private:
  void note(const std::filesystem::path& folder);
  void record(const std::string& kind, const std::string& name,
              std::vector<std::filesystem::path> made);

  JournalledDirectory& journal_;
  ShardProgress progress_;
  std::string rejects_;  // of the shard that is being written
  ShardSeries series_;
};

}  // namespace specbridge
