#include "serve/admission.h"

namespace specbridge {

Entry Admission::enter(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (working_ < most_working_) {
    ++working_;
    return Entry::in;
  }
  if (waiting_ >= most_waiting_) return Entry::full;
  ++waiting_;
  const bool free = freed_.wait_for(lock, patience, [&] { return working_ < most_working_; });
  --waiting_;
  if (!free) return Entry::late;
  ++working_;
  return Entry::in;
}

void Admission::leave() {
  {
    const std::lock_guard lock(mutex_);
    --working_;
  }
  freed_.notify_one();
}

std::size_t Admission::working() const {
  const std::lock_guard lock(mutex_);
  return working_;
}

std::size_t Admission::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace specbridge
