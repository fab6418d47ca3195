#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace specbridge {

/// The names of a record beside its own; empty: not stated.
struct OtherNames {
  std::string feature_id = {}, scan = {};
};

/// What an MS2 record is called.
struct RecordName {
  std::string id;         ///< the record's own name, else "file:n"
  std::size_t index = 0;  ///< 0-based number of the MS2 record over all inputs
  OtherNames others = {};
};

/// Which of its names a record is known by in a file of another program.
enum class NamedBy { id, feature_id, scan };

/// The name of a record that a file knows it by; its own where it does not state that one.
std::string_view name_of(const RecordName& record, NamedBy by);

/// Whether two files may mean one record by these names: they are equal, or both are "file:n" with
/// the same number, which is what records without a name are called.
bool same_name(std::string_view a, std::string_view b);

}  // namespace specbridge
