// Tables of molecules (lists of SMILES, CSV, TSV, SDF) under hostile bytes: every row has a name
// and a place.

#include "chem/tables/molecule_table.h"
#include "fuzz/memory_file.h"
#include "specbridge/error.h"

namespace {

using specbridge::fuzz::require;

void judge(const specbridge::MoleculeRecord& row) {
  require(!row.id.empty(), "every row has a name");
  require(row.origin.line >= 1, "every row knows its line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const specbridge::fuzz::MemoryFile file;
  file.hold(specbridge::fuzz::text_of(data, size));
  try {
    specbridge::MoleculeTable table(file.path());
    std::size_t rows = 0;
    for (auto row = table.next(); row; row = table.next()) {
      judge(*row);
      require(++rows <= size + 1, "there are no more rows than bytes, unless compressed");
    }
  } catch (const specbridge::InputError&) {
    // a refusal is an answer
  }
  return 0;
}
