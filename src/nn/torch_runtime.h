#pragma once

#include <c10/core/Device.h>
#include <c10/util/Exception.h>

#include <cstddef>
#include <exception>
#include <string>

#include "specbridge/device.h"

namespace specbridge {

/// The device Torch runs on: "auto" is CUDA where a driver and libtorch_cuda work, else the CPU.
/// The CUDA backend is opened here, at run time; calls after the first cost nothing.
/// @throws ResourceError when CUDA is asked for and cannot be had
c10::Device resolve_device(const Device& device);

/// Sets how many threads one operation may use, from now on, in the calling thread.
void prepare_threads(std::size_t intra_op);

/// Sets the threads of one operation for a scope, in the calling thread.
class IntraOpThreads {
 public:
  explicit IntraOpThreads(std::size_t count);
  ~IntraOpThreads();
  IntraOpThreads(const IntraOpThreads&) = delete;

 private:
  int previous_;
};

/// The first line of what Torch says, without its stack.
std::string first_line(const c10::Error& error);

/// True when the error tells of memory that ran out or of a device that failed.
bool is_resource_failure(const c10::Error& error);

/// Throws what a Torch error means to the user: ResourceError for memory and devices, else
/// ArtifactError.
/// @param where the file or stage it happened in
[[noreturn]] void rethrow(const c10::Error& error, const std::string& where);

/// The same for whatever exception is being handled; errors of ours and std::bad_alloc stay what
/// they are.
[[noreturn]] void rethrow_current(const std::string& where);

/// Runs `action`; Torch's errors become ours, told with `where`.
template <typename Action>
auto translating(const std::string& where, Action&& action) {
  try {
    return action();
  } catch (const c10::Error& error) {
    rethrow(error, where);
  }
}

/// Runs code of a network; whatever it raises, and values that are not what was asked for, become
/// errors of ours, told with `where`, the network's file.
template <typename Action>
auto running_network(const std::string& where, Action&& action) {
  try {
    return action();
  } catch (const std::exception&) {
    rethrow_current(where);
  }
}

}  // namespace specbridge
