#pragma once

#include <ATen/core/Tensor.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace c10d {
class Store;
}

namespace specbridge {

/// Operations that all processes of a training take part in, in the same order: Gloo of LibTorch,
/// whose headers specbridge may have been built without. Tensors of a GPU go through host memory.
class Collectives {
 public:
  virtual ~Collectives() = default;
  /// Adds up the tensors of all processes, which have one shape and type; each has the same bits in
  /// the end. @throws std::exception where a process is gone or none comes within the time
  virtual void sum(at::Tensor& tensor) = 0;
  /// Gives all the tensor of rank 0.
  virtual void broadcast(at::Tensor& tensor) = 0;
};

/// @param address of this machine, where the others find it
/// @return nullptr where specbridge was built without
std::unique_ptr<Collectives> make_collectives(c10d::Store& store, std::size_t rank,
                                              std::size_t count, const std::string& address,
                                              std::chrono::milliseconds patience);

/// Whether specbridge was built with them.
bool has_collectives();

}  // namespace specbridge
