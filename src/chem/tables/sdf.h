#pragma once

#include <memory>

#include "chem/tables/table_rows.h"

namespace specbridge {

/// Whether the coming lines are those of an SDF.
bool is_sdf(TableLines& lines);
std::unique_ptr<TableRows> sdf_rows();

}  // namespace specbridge
