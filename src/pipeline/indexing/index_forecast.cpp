#include "specbridge/index_forecast.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "chem/standardize_all.h"
#include "chem/tables/molecule_table.h"
#include "index/row_values.h"
#include "index/vector_index.h"
#include "pipeline/indexing/intake.h"
#include "pipeline/indexing/rules.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

// Rows that are read to learn how long the lists are, and those of them that are encoded.
constexpr std::size_t kReadRows = 200'000, kSampleRows = 2'000;

/// Rows spread evenly over what was read of the lists.
struct ListSample {
  double rows = 0;  ///< of the lists, estimated by the share of bytes that was read
  std::vector<std::string> smiles;
  std::size_t stride = 1;

  void take(const MoleculeRecord& record, std::size_t number) {
    if (number % stride != 0) return;
    smiles.push_back(record.smiles);
    if (smiles.size() < 2 * kSampleRows) return;
    for (std::size_t i = 0; i < kSampleRows; ++i) smiles[i] = std::move(smiles[2 * i]);
    smiles.resize(kSampleRows);
    stride *= 2;
  }
};

ListSample sample_of(const IndexConfig& config) {
  ListSample sample;
  std::size_t number = 0;
  for (const auto& path : config.molecules) {
    if (path == "-") {
      throw UsageError("index --dry-run: standard input can be read once only; name a file");
    }
    MoleculeTable table(path);
    std::size_t read = 0;
    bool ended = false;
    while (read < kReadRows && !ended) {
      const auto record = table.next();
      ended = !record;
      if (!record) break;
      sample.take(*record, number++);
      ++read;
    }
    const double share = ended ? 1 : std::clamp(table.fraction_read(), 1e-9, 1.0);
    sample.rows += static_cast<double>(read) / share;
  }
  return sample;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Bytes of a molecule's text, and of its numbers in columns.
double text_bytes(const Molecule& molecule) {
  constexpr double kLabels = 16, kSeparators = 6;  // an id, a charge, a name now and then
  return static_cast<double>(molecule.smiles().size() + molecule.inchikey().size() +
                             molecule.formula().size()) +
         kLabels + kSeparators;
}
constexpr double kColumnBytes = 8 + 16 + 8;  // mass, key, formula
constexpr double kPackedShare = 0.4;         // of texts: .39 of those of 119,815 molecules
constexpr double kRunHeadBytes = 16;
constexpr double kProgramBytes = 350e6;  // with LibTorch, RDKit, InChI and a small encoder

}  // namespace

IndexForecast forecast_index(const IndexConfig& config, const RunContext& context) {
  const auto encoder = open_encoder(config, context);
  check_index(config, encoder->dim());
  ShardRules rules = rules_for(config, *encoder);
  const ListSample sample = sample_of(config);
  const auto start = std::chrono::steady_clock::now();
  std::set<std::string> seen;
  std::vector<Molecule> molecules;
  double texts = 0;
  for (const auto& result : standardize_all(sample.smiles, "reading molecules", context)) {
    const auto* molecule = std::get_if<Molecule>(&result);
    if (molecule == nullptr || !seen.insert(molecule->smiles()).second) continue;
    molecules.push_back(*molecule);
    texts += text_bytes(*molecule);
  }
  encoder->encode(molecules);
  const double sampled = static_cast<double>(std::max<std::size_t>(sample.smiles.size(), 1));
  const double share = config.part ? 1.0 / static_cast<double>(config.part->of) : 1;

  IndexForecast forecast;
  forecast.sampled_rows = sample.smiles.size();
  forecast.sampled_molecules = molecules.size();
  forecast.rows = sample.rows * share;
  forecast.molecules = forecast.rows * static_cast<double>(molecules.size()) / sampled;
  forecast.seconds = seconds_since(start) / sampled * forecast.rows;
  if (many_rows(config, static_cast<std::size_t>(sample.rows))) rules.row_type = RowType::f16;
  const double shard = std::min(forecast.molecules, static_cast<double>(rules.shard_rows));
  const double index_row = static_cast<double>(make_index(rules.index, rules.dim)->row_bytes());
  const double row = static_cast<double>(rules.dim * bytes_of_number(rules.row_type)) +
                     (rules.row_type == RowType::i8 ? sizeof(float) : 0);
  const double text = texts / static_cast<double>(std::max<std::size_t>(molecules.size(), 1));
  forecast.disk_bytes = forecast.molecules * (row + index_row + kColumnBytes + kPackedShare * text);
  forecast.work_bytes = forecast.molecules * (text + kRunHeadBytes);
  forecast.row_type = rules.row_type;
  forecast.memory_bytes = kProgramBytes + 2.0 * static_cast<double>(kRunBytes) + shard * index_row;
  return forecast;
}

std::string to_json(const IndexForecast& forecast) {
  return pretty({{"sampled_rows", forecast.sampled_rows},
                 {"sampled_molecules", forecast.sampled_molecules},
                 {"rows", forecast.rows},
                 {"molecules", forecast.molecules},
                 {"seconds", forecast.seconds},
                 {"disk_bytes", forecast.disk_bytes},
                 {"work_bytes", forecast.work_bytes},
                 {"memory_bytes", forecast.memory_bytes},
                 {"row_type", to_string(forecast.row_type)}});
}

}  // namespace specbridge
