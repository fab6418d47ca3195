#include "specbridge/ranks.h"

#include <fmt/format.h>

#include <limits>
#include <string_view>

#include "base/text.h"
#include "specbridge/error.h"
#include "train/ranks/collectives.h"

namespace specbridge {
namespace {

using Variable = std::function<const char*(const char*)>;

/// Names of the variables of whoever starts the processes.
struct Starter {
  const char *name, *rank, *local, *count;
  const char* given_up;  ///< without which a process is alone
};
constexpr Starter kTorchrun = {"torchrun sets", "RANK", "LOCAL_RANK", "WORLD_SIZE", "WORLD_SIZE"};
constexpr Starter kSlurm = {"srun and its script set", "SLURM_PROCID", "SLURM_LOCALID",
                            "SLURM_NTASKS", "MASTER_ADDR"};

std::string_view value_of(const Variable& variable, const char* name) {
  const char* value = variable(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::string_view needed(const Variable& variable, const char* name, const Starter& starter) {
  const auto value = value_of(variable, name);
  if (!value.empty()) return value;
  throw UsageError(
      fmt::format("{}: is not set, though {} is {}; expected {}, {}, {}, MASTER_ADDR and "
                  "MASTER_PORT of each process, as {} them; for one process unset {}",
                  name, starter.count, one_line(value_of(variable, starter.count), 40),
                  starter.rank, starter.local, starter.count, starter.name, starter.given_up));
}

std::size_t number(std::string_view value, const char* name, std::size_t least, std::size_t most) {
  const auto found = parse_integer(value);
  if (found && *found >= static_cast<std::int64_t>(least) &&
      *found <= static_cast<std::int64_t>(most)) {
    return static_cast<std::size_t>(*found);
  }
  throw UsageError(fmt::format("{}: found \"{}\", expected a number from {} to {}", name,
                               one_line(value, 40), least, most));
}

Ranks ranks_of(const Variable& variable, const Starter& starter, std::size_t count) {
  const auto of = [&](const char* name) { return needed(variable, name, starter); };
  Ranks ranks;
  ranks.count = count;
  ranks.rank = number(of(starter.rank), starter.rank, 0, count - 1);
  ranks.local = number(of(starter.local), starter.local, 0, count - 1);
  ranks.host = of("MASTER_ADDR");
  ranks.port = static_cast<std::uint16_t>(
      number(of("MASTER_PORT"), "MASTER_PORT", 1, std::numeric_limits<std::uint16_t>::max()));
  ranks.agent_listens = value_of(variable, "TORCHELASTIC_USE_AGENT_STORE") == "True";
  ranks.attempt = value_of(variable, "TORCHELASTIC_RESTART_COUNT");
  return ranks;
}

}  // namespace

std::optional<Ranks> ranks_of_environment(const Variable& variable) {
  constexpr std::size_t kMost = 65536;
  const auto is_set = [&](const char* name) { return !value_of(variable, name).empty(); };
  const bool slurm = !is_set("WORLD_SIZE") && !is_set("RANK");
  // A batch script of Slurm has these variables, too: without a place to meet it means one process.
  if (slurm && !(is_set("MASTER_ADDR") && is_set("SLURM_NTASKS"))) return {};
  if (!slurm && !is_set("WORLD_SIZE")) {
    if (!is_set("MASTER_ADDR")) return {};
    throw UsageError(
        "WORLD_SIZE: is not set, though RANK and MASTER_ADDR are; expected the number of "
        "processes; for one process unset RANK");
  }
  const Starter& starter = slurm ? kSlurm : kTorchrun;
  const std::size_t count = number(value_of(variable, starter.count), starter.count, 1, kMost);
  if (count == 1) return {};
  return ranks_of(variable, starter, count);
}

bool trains_in_several_processes() {
  return has_collectives();
}

}  // namespace specbridge
