#include "pipeline/training/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "chem/morgan.h"
#include "encode/whitened_encoder.h"
#include "fragments/isomer_list.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

Whitening whitening_of(const Matrix& vectors, const std::string& target) {
  try {
    return fit_whitening(vectors.view(), target == "centred" ? Seen::centred : Seen::whitened);
  } catch (const std::invalid_argument&) {
    throw InputError(fmt::format(
        "training: \"target\" is {}, which is fitted to the training molecules, and these have no "
        "two different vectors; expected more molecules, or the target raw",
        target));
  }
}

/// Whether an encoder had no vector for a molecule.
bool is_missing(std::span<const float> vector) {
  return dot(vector, vector) == 0;
}

Matrix encode_targets(LabelledSpectra& train, const MoleculeEncoder& encoder) {
  Matrix targets = encoder.encode(train.molecules);
  const auto dropped = std::erase_if(train.examples, [&](const Example& example) {
    return is_missing(std::as_const(targets).row(example.molecule));
  });
  if (dropped > 0) train.skipped["no_vector"] += dropped;
  return targets;
}

/// The bits of the fingerprints of molecules, numbers 0 and 1 [molecules, kTrainingBits].
Matrix fingerprint_rows(const std::vector<Molecule>& molecules, const RunContext& context) {
  Matrix rows(molecules.size(), kTrainingBits);
  parallel_for(molecules.size(), context.threads, [&](std::size_t i) {
    for (const auto bit : morgan_bits(molecules[i], kTrainingBits)) rows.row(i)[bit] = 1;
  });
  return rows;
}

/// Molecules, each once.
class DecoyMolecules {
 public:
  std::uint32_t row_of(const Molecule& molecule) {
    const auto [found, added] =
        rows_.try_emplace(molecule.smiles(), static_cast<std::uint32_t>(all_.size()));
    if (added) all_.push_back(molecule);
    return found->second;
  }
  const std::vector<Molecule>& all() const noexcept { return all_; }

 private:
  std::map<std::string, std::uint32_t> rows_;
  std::vector<Molecule> all_;
};

}  // namespace

std::unique_ptr<MoleculeEncoder> seen_through(const std::string& target,
                                              const MoleculeEncoder& base, const fs::path& given,
                                              const std::vector<Molecule>& molecules,
                                              const fs::path& to, const RunContext& context) {
  fs::remove_all(to);  // of a run that was interrupted
  write_whitened_encoder(given, whitening_of(base.encode(molecules), target), to);
  return load_molecule_encoder(to, context);
}

Matrix targets_of(LabelledSpectra& train, const TrainSettings& settings,
                  const MoleculeEncoder* encoder, const RunContext& context) {
  if (encoder != nullptr) {
    context.info(fmt::format("encoding {}", counted(train.molecules.size(), "training molecule")));
    return encode_targets(train, *encoder);
  }
  return settings.tanimoto_weight > 0 ? fingerprint_rows(train.molecules, context)
                                      : Matrix(train.molecules.size(), 0);
}

DecoyTable isomer_decoys(const LabelledSpectra& train, const Matrix& targets,
                         const TrainSettings& settings, const std::vector<fs::path>& lists,
                         const MoleculeEncoder& encoder, const RunContext& context) {
  constexpr std::size_t kMade = 16;  // of a molecule that lists have fewer of
  const auto listed =
      isomers_in(lists, train.molecules, 2 * settings.decoys, context.seed, context);
  std::vector<std::size_t> all(train.molecules.size());
  std::iota(all.begin(), all.end(), 0);
  const auto made = made_isomers(train.molecules, all, listed, kMade, context.seed, context);
  DecoyMolecules distinct;
  DecoyTable table;
  std::size_t from_lists = 0, from_edits = 0;
  for (const std::size_t molecule : all) {
    std::vector<std::uint32_t>& rows = table.of.emplace_back();
    for (const Molecule& decoy : listed.of[molecule]) rows.push_back(distinct.row_of(decoy));
    for (const Molecule& decoy : made[molecule]) rows.push_back(distinct.row_of(decoy));
    from_lists += listed.of[molecule].size();
    from_edits += made[molecule].size();
  }
  context.info(
      fmt::format("encoding {}: isomers of training molecules, {} from lists and {} made "
                  "by edits",
                  counted(distinct.all().size(), "decoy"), with_thousands(from_lists),
                  with_thousands(from_edits)));
  table.vectors = encoder.encode(distinct.all());
  for (auto& rows : table.of) {
    std::erase_if(
        rows, [&](std::uint32_t row) { return is_missing(std::as_const(table.vectors).row(row)); });
  }
  put_nearest_first(table, targets);
  return table;
}

}  // namespace specbridge
