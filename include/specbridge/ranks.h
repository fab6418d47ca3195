#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace specbridge {

/// One of several processes that train a model together, and where they meet. Who listens there
/// trusts everyone who comes: an address of this machine or of a private network. From then on the
/// process ignores SIGPIPE.
struct Ranks {
  std::size_t rank = 0, count = 2;  ///< this process, and how many there are
  std::size_t local = 0;            ///< its number among those of its machine: which GPU it takes
  std::string host;
  std::uint16_t port = 0;
  bool agent_listens = false;  ///< who started them does, in place of rank 0
  std::string attempt = {};    ///< of who starts them again when one fails; the same for all
  /// How long a process that gives no sign of life is waited for.
  std::chrono::seconds patience{600};
};

/// What torchrun says of this process (RANK, LOCAL_RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT,
/// TORCHELASTIC_USE_AGENT_STORE, TORCHELASTIC_RESTART_COUNT), else srun (SLURM_PROCID,
/// SLURM_LOCALID, SLURM_NTASKS, where MASTER_ADDR and MASTER_PORT are set); nothing: it is alone.
/// @param variable the value of an environment variable, nullptr where it is not set
/// @throws UsageError for one that is missing or has no sense
std::optional<Ranks> ranks_of_environment(
    const std::function<const char*(const char* name)>& variable);

/// Whether specbridge was built with what that needs, the headers of Gloo.
bool trains_in_several_processes();

}  // namespace specbridge
