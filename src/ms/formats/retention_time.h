#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ms/formats/fields.h"

namespace specbridge {

/// The retention time that a record states, in s; nothing where there is none above 0, or its unit
/// is not known. RTINSECONDS and RTINMINUTES say their unit; elsewhere it stands behind the number
/// ("16.9 min", "312 s", "PT5M12S"), or follows from the spelling: MS-DIAL's RETENTIONTIME is in
/// minutes, matchms' RETENTION_TIME in seconds. Of a range ("654-660") the begin.
std::optional<double> retention_time_of(const std::vector<Field>& fields);

/// The length of "16.9 min", "312 sec", "1.2 h", "PT5M12.5S" in s; nothing without a unit.
std::optional<double> parse_time(std::string_view text);

}  // namespace specbridge
