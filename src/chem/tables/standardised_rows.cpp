#include "chem/tables/standardised_rows.h"

#include <fmt/format.h>

#include "base/parallel.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunk = 4096;

std::vector<StandardizedRecord> read_chunk(MoleculeTable& table) {
  std::vector<StandardizedRecord> chunk;
  while (chunk.size() < kChunk) {
    auto record = table.next();
    if (!record) break;
    chunk.push_back({std::move(*record), Rejection{}});
  }
  return chunk;
}

void standardize_record(StandardizedRecord& item) {
  const MoleculeRecord& record = item.record;
  if (!record.problem.empty()) {
    item.result = Rejection{"bad_row", record.problem};
    return;
  }
  item.result = standardize(record.smiles);
  if (auto* molecule = std::get_if<Molecule>(&item.result)) {
    molecule->state_inchikey(record.inchikey);
  }
}

}  // namespace

void standardize_tables(const std::vector<std::filesystem::path>& tables, const RunContext& context,
                        const std::function<void(std::span<StandardizedRecord>)>& consume,
                        const std::vector<std::string>& keep) {
  std::size_t done = 0;
  for (const auto& path : tables) {
    MoleculeTable table(path, keep);
    const std::size_t before = done;
    while (true) {
      context.check_interrupt();
      auto chunk = read_chunk(table);
      if (chunk.empty()) break;
      parallel_for(chunk.size(), context.threads,
                   [&](std::size_t i) { standardize_record(chunk[i]); });
      consume(chunk);
      done += chunk.size();
      // The number of rows is not known ahead; the share of bytes read so far tells it well enough.
      const double share = table.fraction_read();
      const auto estimate =
          share > 0 ? before + static_cast<std::size_t>(static_cast<double>(done - before) / share)
                    : 0;
      context.progress("standardising molecules (total estimated)", done,
                       estimate == 0 ? 0 : std::max(done, estimate));
    }
  }
}

}  // namespace specbridge
