#include "specbridge/record_name.h"

namespace specbridge {

std::string_view name_of(const RecordName& record, NamedBy by) {
  const auto& [feature_id, scan] = record.others;
  const std::string& stated = by == NamedBy::feature_id ? feature_id : scan;
  return by == NamedBy::id || stated.empty() ? record.id : stated;
}

}  // namespace specbridge
