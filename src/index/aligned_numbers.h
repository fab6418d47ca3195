#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace specbridge {

/// Memory for numbers, not set, that begins where a cache line does: no load of vector instructions
/// then reaches over two of them.
template <typename Number>
class AlignedNumbers {
 public:
  AlignedNumbers() = default;
  explicit AlignedNumbers(std::size_t count) : count_(count) {
    constexpr std::size_t kLine = 64;
    const std::size_t bytes = (count * sizeof(Number) + kLine - 1) / kLine * kLine;
    if (count > 0) numbers_.reset(static_cast<Number*>(std::aligned_alloc(kLine, bytes)));
    if (count > 0 && numbers_ == nullptr) throw std::bad_alloc();
  }
  std::size_t size() const noexcept { return count_; }
  Number* data() noexcept { return numbers_.get(); }
  const Number* data() const noexcept { return numbers_.get(); }

 private:
  struct Free {
    void operator()(Number* numbers) const noexcept { std::free(numbers); }
  };
  std::unique_ptr<Number, Free> numbers_;
  std::size_t count_ = 0;
};

}  // namespace specbridge
