#include "pipeline/vectors/embedded_molecules.h"

#include <fmt/format.h>

#include <cmath>
#include <span>
#include <utility>
#include <variant>

#include "base/text.h"
#include "chem/tables/standardised_rows.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

/// A vector as often as there are members, divided by the root of their number.
std::vector<float> repeated(std::span<const float> vector, const VectorShape& shape) {
  const auto share = 1 / std::sqrt(static_cast<float>(shape.members));
  std::vector<float> wide;
  wide.reserve(shape.width());
  for (std::size_t member = 0; member < shape.members; ++member) {
    for (const float value : vector) wide.push_back(value * share);
  }
  return wide;
}

void add_rows(std::span<const StandardizedRecord> rows, const Matrix& vectors,
              const VectorShape& shape, VectorTable& table) {
  std::size_t embedded = 0;
  for (const auto& row : rows) {
    EmbeddedRecord record{{row.record.id, std::to_string(table.records())}};
    record.file = row.record.origin.file;
    if (const auto* molecule = std::get_if<Molecule>(&row.result)) {
      record.cells.push_back(molecule->smiles());
      record.cells.push_back(molecule->inchikey14());
      table.add(std::move(record), repeated(vectors.row(embedded++), shape));
    } else {
      const auto& why = std::get<Rejection>(row.result);
      record.cells.resize(4);
      record.status = why.reason;
      record.message = why.message;
      table.add(record);
    }
  }
}

}  // namespace

void add_molecules(const std::vector<std::filesystem::path>& lists, const MoleculeEncoder& encoder,
                   const VectorShape& shape, const RunContext& context, VectorTable& table) {
  standardize_tables(lists, context, [&](std::span<StandardizedRecord> rows) {
    std::vector<Molecule> molecules;
    for (const auto& row : rows) {
      if (const auto* molecule = std::get_if<Molecule>(&row.result)) molecules.push_back(*molecule);
    }
    add_rows(rows, encoder.encode(molecules), shape, table);
  });
  if (table.rows() > 0) return;
  throw InputError({lists.front().string(), 0},
                   fmt::format("none of {} is a molecule", counted(table.records(), "row")));
}

}  // namespace specbridge
