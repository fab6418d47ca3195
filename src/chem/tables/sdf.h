#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chem/tables/table_rows.h"

namespace specbridge {

/// Whether the coming lines are those of an SDF.
bool is_sdf(TableLines& lines);
/// @param keep tags whose values each record brings along
std::unique_ptr<TableRows> sdf_rows(const std::vector<std::string>& keep);

}  // namespace specbridge
