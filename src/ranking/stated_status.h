#pragma once

#include <string>
#include <string_view>

#include "specbridge/status.h"

namespace specbridge {

/// A status as a table states it: one of ours, or the word of another program.
class StatedStatus {
 public:
  StatedStatus(Status status = Status::ok) : status_(status) {}  // NOLINT: a status is one, too
  explicit StatedStatus(std::string_view word) : status_(parse_status(word)) {
    if (status_ == Status::foreign) foreign_ = word;
  }

  std::string_view word() const {
    return foreign_.empty() ? to_string(status_) : std::string_view(foreign_);
  }
  bool operator==(const StatedStatus&) const = default;
  bool operator==(Status status) const { return status_ == status; }

 private:
  Status status_;
  std::string foreign_;
};

}  // namespace specbridge
