#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// Which of its names a record is known by in a file of another program.
enum class NamedBy { id, feature_id, scan };

/// The names of a record beside its own; empty: not stated.
struct OtherNames {
  std::string feature_id, scan;
};

/// The name of a record that a file knows it by; its own where it does not state that one.
std::string_view name_of(std::string_view id, const OtherNames& names, NamedBy by);

}  // namespace specbridge
