#include "pipeline/indexing/encode_runs.h"

#include "library/build/sorted_runs.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kEncodeRows = 4096;  // molecules encoded at a time

/// The next molecules of runs, up to a batch.
std::vector<LabelledMolecule> next_batch(MergedRuns& runs) {
  std::vector<LabelledMolecule> batch;
  while (batch.size() < kEncodeRows) {
    auto molecule = runs.next();
    if (!molecule) break;
    batch.push_back(std::move(*molecule));
  }
  return batch;
}

/// Encodes a batch and hands it on, in order.
void encode_batch(const std::vector<LabelledMolecule>& batch, const MoleculeEncoder& encoder,
                  const Library* known, JournalledShards& shards, const RunContext& context) {
  std::vector<bool> needed;
  std::vector<Molecule> molecules;
  for (const auto& one : batch) {
    needed.push_back(known == nullptr || !known->find(one.molecule));
    if (needed.back()) molecules.push_back(one.molecule);
  }
  const Matrix vectors = encoder.encode(molecules);
  std::size_t row = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!needed[i]) {
      shards.pass();
      continue;
    }
    const auto vector = vectors.row(row++);
    if (dot(vector, vector) > 0) {
      shards.add(batch[i], {vector}, context);
    } else {
      shards.reject(batch[i]);
    }
  }
}

}  // namespace

std::size_t encode_runs(const std::vector<fs::path>& runs, const MoleculeEncoder& encoder,
                        const Library* known, JournalledShards& shards, std::size_t molecules,
                        const RunContext& context) {
  MergedRuns merged(runs);
  merged.skip(shards.progress().consumed);
  for (auto batch = next_batch(merged); !batch.empty(); batch = next_batch(merged)) {
    context.check_interrupt();
    encode_batch(batch, encoder, known, shards, context);
    context.progress("encoding molecules", merged.read(), molecules);
  }
  shards.finish(context);
  return merged.duplicates();
}

}  // namespace specbridge
