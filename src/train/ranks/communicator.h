#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/ranks.h"

namespace specbridge {

/// The processes that train a model together, as one of them sees them. Of a process that is alone
/// every function does nothing and gives back what it was given. Where another process is lost they
/// throw RankLost, and Interrupted where one was interrupted while it waited.
class Communicator {
 public:
  /// One process.
  Communicator();
  /// Meets the others. @throws ResourceError, RankLost, UsageError, Interrupted
  /// @param context outlives the object
  Communicator(const Ranks& ranks, const RunContext& context);
  ~Communicator();
  Communicator(Communicator&&) noexcept;

  std::size_t rank() const noexcept;
  std::size_t count() const noexcept;
  bool alone() const noexcept { return count() == 1; }
  bool leads() const noexcept { return rank() == 0; }

  /// Adds up the tensors of all processes, in place; all have the same bits in the end.
  void sum(at::Tensor tensor);
  /// Gives all the tensor of rank 0, in place.
  void broadcast(at::Tensor tensor);
  /// The numbers of rank 0, for which the others wait however long it takes to come to them.
  std::vector<std::int64_t> told(const std::vector<std::int64_t>& numbers);
  /// Tells the others why this process ends.
  void say_why(const std::exception& error) noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;  ///< none: alone
};

}  // namespace specbridge
