#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
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

/// Reads molecule tables one after the other, standardises in parallel, and hands the records over
/// in input order, some thousands at a time: memory does not grow with the input. Molecules have
/// the InChIKey that their row states. How far it is, is told by the bytes read of all tables.
/// @param keep columns whose values come along
void standardize_tables(const std::vector<std::filesystem::path>& tables, const RunContext& context,
                        const std::function<void(std::span<StandardizedRecord>)>& consume,
                        const std::vector<std::string>& keep = {});

}  // namespace specbridge
