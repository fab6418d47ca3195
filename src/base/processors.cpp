#include "base/processors.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "base/text.h"
#include "specbridge/precision.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

std::size_t processors_of_affinity() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::size_t>(CPU_COUNT(&set));
  return std::thread::hardware_concurrency();
}

std::optional<double> quota(double microseconds, double period) {
  if (microseconds <= 0 || period <= 0) return {};  // -1: no limit
  return microseconds / period;
}

/// Version 2: "max 100000", or microseconds of processor time a period and the period.
std::optional<double> quota_v2(const fs::path& group) {
  std::ifstream file(group / "cpu.max");
  std::string microseconds;
  double period = 0;
  if (!(file >> microseconds >> period)) return {};
  return quota(parse_number(microseconds).value_or(-1), period);
}

std::optional<double> quota_v1(const fs::path& group) {
  std::ifstream quota_file(group / "cpu.cfs_quota_us"), period_file(group / "cpu.cfs_period_us");
  double microseconds = 0, period = 0;
  if (!(quota_file >> microseconds) || !(period_file >> period)) return {};
  return quota(microseconds, period);
}

/// The smallest quota of a group and those above it: each limits all below. Inside a container the
/// group's own name may lead nowhere, then the top is the container's group.
template <typename QuotaOf>
std::optional<double> smallest(const fs::path& top, fs::path group, QuotaOf quota_of) {
  std::optional<double> least;
  while (true) {
    if (const auto here = quota_of(top / group)) least = std::min(*here, least.value_or(*here));
    if (group.empty()) return least;
    group = group.parent_path();
  }
}

}  // namespace

std::size_t quota_of_processors(const fs::path& root) {
  const fs::path groups = root / "sys/fs/cgroup";
  std::ifstream membership(root / "proc/self/cgroup");
  std::optional<double> least;
  for (std::string line; std::getline(membership, line);) {  // "0::/path" or "4:cpu,cpuacct:/path"
    const auto fields = split(line, ':');
    if (fields.size() < 3) continue;
    const fs::path group = fs::path(fields[2]).relative_path();
    std::optional<double> found;
    if (fields[1].empty()) {
      found = smallest(groups, group, quota_v2);
    } else {
      const auto controllers = split(fields[1], ',');
      if (std::ranges::find(controllers, "cpu") != controllers.end()) {
        found = smallest(groups / "cpu", group, quota_v1);
      }
    }
    if (found) least = std::min(*found, least.value_or(*found));
  }
  return least ? std::max<std::size_t>(1, static_cast<std::size_t>(*least)) : 0;
}

bool processor_has_bfloat16() {
  return __builtin_cpu_supports("avx512bf16") != 0;
}

std::size_t usable_processors() {
  const std::size_t quota = quota_of_processors();
  const std::size_t processors = std::max<std::size_t>(1, processors_of_affinity());
  return quota == 0 ? processors : std::min(processors, quota);
}

}  // namespace specbridge
