#include "bench/bench_inputs.h"

#include <cstdlib>
#include <stdexcept>
#include <variant>

#include "base/random.h"
#include "chem/tables/molecule_table.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge::bench {
namespace {

namespace fs = std::filesystem;

/// The encoder of the environment, else of the demo, if there is one.
std::vector<fs::path> default_encoder(const char* variable, const char* demo_name) {
  if (const char* chosen = std::getenv(variable)) return {chosen};
  const fs::path demo = fs::path(SPECBRIDGE_DEMO_DIR) / demo_name;
  if (fs::exists(demo / "manifest.json")) return {demo};
  return {};
}

}  // namespace

Options take_options(int& argc, char** argv) {
  Options options;
  options.data = SPECBRIDGE_DATA_DIR;
  int kept = 1;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--rows") {
      options.rows = true;
      continue;
    }
    if (name != "--data" && name != "--spectrum-encoder" && name != "--molecule-encoder" &&
        name != "--decoder") {
      argv[kept++] = argv[i];
      continue;
    }
    if (++i == argc) throw std::invalid_argument(name + ": expected a directory after it");
    if (name == "--data") options.data = argv[i];
    if (name == "--spectrum-encoder") options.spectrum_encoders.emplace_back(argv[i]);
    if (name == "--molecule-encoder") options.molecule_encoders.emplace_back(argv[i]);
    if (name == "--decoder") options.decoders.emplace_back(argv[i]);
  }
  argc = kept;
  if (options.spectrum_encoders.empty()) {
    options.spectrum_encoders = default_encoder("SPECBRIDGE_SPECTRUM_ENCODER", "spectrum-encoder");
  }
  if (options.molecule_encoders.empty()) {
    options.molecule_encoders = default_encoder("SPECBRIDGE_MOLECULE_ENCODER", "molecule-encoder");
  }
  return options;
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "specbridge-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> read_smiles(const Options& options, std::size_t count) {
  MoleculeTable table(options.data / "library.smi.gz");
  std::vector<std::string> smiles;
  while (smiles.size() < count) {
    auto record = table.next();
    if (!record) break;
    smiles.push_back(std::move(record->smiles));
  }
  return smiles;
}

std::vector<Molecule> read_molecules(const Options& options, std::size_t count) {
  std::vector<Molecule> molecules;
  for (const auto& smiles : read_smiles(options, count)) {
    auto result = standardize(smiles);
    if (auto* molecule = std::get_if<Molecule>(&result)) molecules.push_back(std::move(*molecule));
  }
  return molecules;
}

fs::path training_spectra(const Options& options) {
  return options.data / "train.mgf.gz";
}

std::vector<PeakRows> read_inputs(const Options& options, const PreprocessProfile& profile,
                                  std::size_t count) {
  const auto reader = open_spectra(training_spectra(options));
  std::vector<PeakRows> inputs;
  for (Spectrum spectrum; inputs.size() < count && reader->next(spectrum);) {
    if (!refusal(spectrum)) inputs.push_back(preprocess(spectrum, profile));
  }
  return inputs;
}

Matrix unit_rows(std::size_t count, std::size_t dim) {
  Random random(count);
  Matrix rows(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    for (float& value : rows.row(i)) value = static_cast<float>(random.normal());
    normalize(rows.row(i));
  }
  return rows;
}

}  // namespace specbridge::bench
