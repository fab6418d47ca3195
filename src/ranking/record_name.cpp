#include "ranking/record_name.h"

namespace specbridge {

std::string_view name_of(std::string_view id, const OtherNames& names, NamedBy by) {
  const std::string& stated = by == NamedBy::feature_id ? names.feature_id : names.scan;
  return by == NamedBy::id || stated.empty() ? id : stated;
}

}  // namespace specbridge
