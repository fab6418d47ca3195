#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "chem/molecule.h"
#include "chem/tables/molecule_table.h"
#include "specbridge/context.h"

namespace specbridge {

/// A row of a molecule table and what standardising made of it.
struct StandardizedRecord {
  MoleculeRecord record;
  std::variant<Molecule, Rejection> result;
};

/// Rows [first, last) of some tables, counted through all of them.
struct ListRows {
  std::size_t first = 0, last = std::numeric_limits<std::size_t>::max();
};

/// How many rows some tables have. Reads them, without chemistry.
std::size_t count_rows(const std::vector<std::filesystem::path>& tables, const RunContext& context);

/// Reads molecule tables one after the other, standardises in parallel, and hands the records over
/// in input order, some thousands at a time: memory does not grow with the input. Molecules have
/// the InChIKey that their row states. How far it is, is told by the bytes read of all tables.
/// @param keep columns whose values come along
/// @param rows the others are passed over
void standardize_tables(const std::vector<std::filesystem::path>& tables, const RunContext& context,
                        const std::function<void(std::span<StandardizedRecord>)>& consume,
                        const std::vector<std::string>& keep = {}, ListRows rows = {});

}  // namespace specbridge
