#pragma once

#include <string>

#include "report/report.h"

namespace specbridge {

/// The text of report.json.
std::string to_json(const EvaluationReport& report);

}  // namespace specbridge
