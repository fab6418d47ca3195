#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/check.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// What is found in one file, each kind with its count and a few examples.
class Findings {
 public:
  Findings();
  /// Counts a record for a reason of the table. @param what of the record, "" where its place says
  /// enough
  void add(std::string_view reason, const Spectrum& spectrum, std::string_view what);
  /// Sets the number of a reason that holds for a file as a whole.
  void set_count(std::string_view reason, std::size_t count) { of(reason).count = count; }
  /// Takes back all of a reason.
  void forget(std::string_view reason) { of(reason) = {}; }
  /// Those that occurred, in the order of reports.
  std::vector<CheckFinding> take();

 private:
  struct Kind {
    std::string_view reason;
    bool skipped;  ///< a search by mass window leaves these records without hits
    std::string_view remedy;
  };
  static std::vector<Kind> all_kinds();
  CheckFinding& of(std::string_view reason);

  std::vector<Kind> kinds_;
  std::vector<CheckFinding> findings_;  // one a kind
};

}  // namespace specbridge
