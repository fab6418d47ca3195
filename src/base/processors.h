#pragma once

#include <cstddef>
#include <filesystem>

namespace specbridge {

/// Processors that this process may use, at least 1: those of its affinity (taskset, batch
/// systems), no more than the CPU quota of its control groups (containers) pays for.
std::size_t usable_processors();

/// Whole processors that the quota of a process's control groups pays for, at least 1; 0: no quota.
/// @param root of the file system: /proc/self/cgroup and /sys/fs/cgroup are read under it
std::size_t quota_of_processors(const std::filesystem::path& root = "/");

}  // namespace specbridge
