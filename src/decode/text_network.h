#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <utility>
#include <vector>

#include "decode/smiles_vocabulary.h"

namespace specbridge {

/// A network that grows texts by a token, from what it has read: a memory. Thread-safe.
class TextNetwork {
 public:
  virtual ~TextNetwork() = default;
  virtual c10::Device device() const noexcept = 0;
  virtual const SmilesVocabulary& vocabulary() const noexcept = 0;
  /// The state of empty texts, and that with a further token of each [n]: logarithms of what
  /// follows [n, vocabulary] and the state. A tensor of the state that is given back as it was is
  /// common to all texts and may stand for one; of the others each has the texts first.
  virtual std::vector<at::Tensor> begin(const at::Tensor& memory) const = 0;
  virtual std::pair<at::Tensor, std::vector<at::Tensor>> step(
      const at::Tensor& tokens, std::vector<at::Tensor> state) const = 0;
};

}  // namespace specbridge
