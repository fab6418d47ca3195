#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/json.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "store/output_place.h"

namespace specbridge {

/// Whether a run begins anew or goes on with what an interrupted one has left.
enum class Begin : std::uint8_t { anew, resume };

/// The work of a long run towards one output folder. It outlives the run: it lies in
/// `OUT.building`, beside the place, with a journal of the steps that are done. A journal line is
/// written when all files of its step are on disk, and carries a checksum: after a kill at any
/// instant the journal ends with the last whole line, and what no line speaks of is made again.
class JournalledDirectory {
 public:
  /// @param task what the run is asked for: an object, whose fields a run that goes on must have
  /// in common with the one before
  /// @throws OutputError when the output exists and may not be replaced, when another run builds
  /// it, when an interrupted run has left its work and the run neither goes on with it nor may
  /// replace it, or when that was another task
  JournalledDirectory(std::filesystem::path target, DirectoryKind kind, Existing existing,
                      Begin begin, const Json& task);
  /// Leaves the work where a step is done; else removes it.
  ~JournalledDirectory();
  JournalledDirectory(JournalledDirectory&&) noexcept;

  const std::filesystem::path& place() const noexcept;   ///< `OUT.building`
  const std::filesystem::path& output() const noexcept;  ///< the folder that is published
  const std::filesystem::path& work() const noexcept;    ///< for what is needed on the way
  /// The steps that are done, in order.
  const std::vector<Json>& steps() const noexcept;
  /// Notes a step, once `made` (files, or folders with all that is in them) is on disk.
  /// @throws OutputError
  void record(const Json& step, const std::vector<std::filesystem::path>& made);
  /// Nothing is left behind when this object goes: the work is worth nothing to another run.
  void give_up() noexcept;
  /// Publishes output() and removes the rest. @throws OutputError
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `OUT.building`.
std::filesystem::path building_place(const std::filesystem::path& target);

}  // namespace specbridge
