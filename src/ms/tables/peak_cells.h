#pragma once

#include <cstddef>
#include <string_view>

#include "ms/formats/record.h"

namespace specbridge {

/// Adds the peaks that two cells of a row hold, m/z and intensities: "91.05,125.02" or "[91.05,
/// 125.02]"; a problem where they are no lists of numbers of one length.
void add_peak_cells(std::string_view masses, std::string_view heights, std::size_t line,
                    RecordBuilder& record);

}  // namespace specbridge
