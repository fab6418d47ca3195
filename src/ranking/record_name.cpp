#include "specbridge/record_name.h"

#include <optional>

#include "base/text.h"

namespace specbridge {
namespace {

/// The n of "file:n".
std::optional<long long> number_in(std::string_view name) {
  const auto colon = name.rfind(':');
  if (colon == 0 || colon == std::string_view::npos) return {};
  const auto number = name.substr(colon + 1);
  const bool digits = number.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? parse_integer(number) : std::nullopt;
}

}  // namespace

std::string_view name_of(const RecordName& record, NamedBy by) {
  const auto& [feature_id, scan] = record.others;
  const std::string& stated = by == NamedBy::feature_id ? feature_id : scan;
  return by == NamedBy::id || stated.empty() ? record.id : stated;
}

bool same_name(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto number = number_in(a);
  return number && number == number_in(b);
}

}  // namespace specbridge
