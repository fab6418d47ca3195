#include "chem/tables/standardised_rows.h"

#include <algorithm>
#include <system_error>

#include "base/parallel.h"

namespace specbridge {
namespace {

constexpr std::size_t kChunk = 4096;

std::vector<StandardizedRecord> read_chunk(MoleculeTable& table, std::size_t most) {
  std::vector<StandardizedRecord> chunk;
  while (chunk.size() < std::min(kChunk, most)) {
    auto record = table.next();
    if (!record) break;
    chunk.push_back({std::move(*record), Rejection{}});
  }
  return chunk;
}

/// Passes over rows. @return how many there were to pass over
std::size_t pass_over(MoleculeTable& table, std::size_t most, const RunContext& context) {
  std::size_t count = 0;
  while (count < most && table.next()) {
    if (++count % kChunk == 0) context.check_interrupt();
  }
  return count;
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

/// How much has been read of several tables, by bytes: it grows steadily whatever their rows are,
/// and never falls where one table ends.
class ShareOfTables {
 public:
  explicit ShareOfTables(const std::vector<std::filesystem::path>& tables) {
    for (const auto& path : tables) {
      std::error_code unknown;
      const auto bytes = path == "-" ? 0 : std::filesystem::file_size(path, unknown);
      known_ = known_ && path != "-" && !unknown;
      starts_.push_back(starts_.back() + (unknown ? 0.0 : static_cast<double>(bytes)));
    }
  }

  /// @param fraction read of the table @return in [0, 1]; 0: not known, a pipe is among them
  double at(std::size_t table, double fraction) const {
    if (!known_ || starts_.back() == 0) return 0;
    const double begin = starts_[table], end = starts_[table + 1];
    return (begin + (end - begin) * std::min(fraction, 1.0)) / starts_.back();
  }

 private:
  std::vector<double> starts_ = {0};  ///< of every table, then the end of the last
  bool known_ = true;
};

}  // namespace

std::size_t count_rows(const std::vector<std::filesystem::path>& tables,
                       const RunContext& context) {
  std::size_t count = 0;
  for (const auto& path : tables) {
    MoleculeTable table(path);
    count += pass_over(table, std::numeric_limits<std::size_t>::max(), context);
  }
  return count;
}

void standardize_tables(const std::vector<std::filesystem::path>& tables, const RunContext& context,
                        const std::function<void(std::span<StandardizedRecord>)>& consume,
                        const std::vector<std::string>& keep, ListRows rows) {
  const ShareOfTables share(tables);
  std::size_t done = 0;
  for (std::size_t i = 0; i < tables.size() && done < rows.last; ++i) {
    MoleculeTable table(tables[i], keep);
    if (done < rows.first) done += pass_over(table, rows.first - done, context);
    while (done >= rows.first) {
      context.check_interrupt();
      auto chunk = read_chunk(table, rows.last - done);
      if (chunk.empty()) break;
      parallel_for(chunk.size(), context.threads,
                   [&](std::size_t row) { standardize_record(chunk[row]); });
      consume(chunk);
      done += chunk.size();
      context.progress_by_share("reading molecules", done, share.at(i, table.fraction_read()));
    }
  }
}

}  // namespace specbridge
