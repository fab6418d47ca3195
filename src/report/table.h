#pragma once

#include <string>

#include "report/report.h"

namespace specbridge {

/// What report.json holds for people: an aligned table with counts below.
std::string to_table(const EvaluationReport& report);

}  // namespace specbridge
