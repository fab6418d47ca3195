#pragma once

#include <optional>

#include "specbridge/query.h"
#include "specbridge/status.h"

namespace specbridge {

/// Why the molecule of a record is not known; nothing: it is. @param query with its structure
std::optional<Refusal> why_unlabelled(const Query& query);

}  // namespace specbridge
