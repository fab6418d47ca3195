#include "small_world.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/json.h"
#include "base/random.h"
#include "search/controls.h"
#include "specbridge/index.h"
#include "specbridge/index_spectra.h"
#include "specbridge/train.h"
#include "support/support.h"
#include "unit/encode/tiny_encoders.h"

namespace specbridge::test {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kSmiles = {"CCCO",    "CC(C)O", "COCC",    "CCCCO",  "CCC(C)O",
                                          "CC(C)CO", "CCOCC",  "CCN(C)C", "CCCCN",  "CCNCC",
                                          "OCCO",    "COCO",   "CCCCCO",  "CCCOCC", "CC(C)(C)O"};

/// A record of a molecule with made-up peaks.
std::string record_of(const std::string& id, const Molecule& molecule, Random& random) {
  std::string text = fmt::format(
      "BEGIN IONS\nSPECTRUM_ID={}\nPEPMASS={:.6f}\nADDUCT=[M+H]+\nSMILES={}\nFORMULA={}\n", id,
      ion_mz(*parse_adduct("[M+H]+"), molecule.exact_mass()), molecule.smiles(),
      molecule.formula());
  for (int peak = 0; peak < 6; ++peak) {
    text += fmt::format("{:.4f} {:.3f}\n", 20 + 5 * peak + random.uniform(), 1 + random.uniform());
  }
  return text + "END IONS\n\n";
}

class World {
 public:
  World() {
    for (const auto& smiles : kSmiles) {
      world_.molecules.push_back(std::get<Molecule>(standardize(smiles)));
    }
    write_spectra();
    write_pools();
    write_tiny_spectrum_encoder(folder_ / "spectrum-encoder");
    write_tiny_molecule_encoder(folder_ / "molecule-encoder");
    train();
    index();
    index_spectra();
  }
  const SmallWorld& world() const { return world_; }

 private:
  void write_spectra() {
    Random random(3);
    std::string records;
    for (std::size_t i = 0; i < world_.molecules.size(); ++i) {
      records += record_of(fmt::format("q{}", i), world_.molecules[i], random);
    }
    records += "BEGIN IONS\nSPECTRUM_ID=without_peaks\nPEPMASS=61\nEND IONS\n";
    world_.spectra = folder_.write("spectra.mgf", records);
  }

  void write_pools() {
    Json pools = Json::object();
    for (const auto& molecule : world_.molecules) pools[molecule.smiles()] = kSmiles;
    world_.pools = folder_.write("pools.json", pools.dump());
  }

  void index_spectra() {
    SpectralIndexConfig config;
    config.spectra = {world_.spectra};
    config.model = world_.model;
    config.out = world_.spectral_library = folder_ / "spectral-library";
    run_index_spectra(config, on_cpu());
  }

  void train() {
    TrainConfig config;
    config.spectra = {world_.spectra};
    config.spectrum_encoder = folder_ / "spectrum-encoder";
    config.molecule_encoder = folder_ / "molecule-encoder";
    config.out = world_.model = folder_ / "model";
    config.settings.shape = {8, 8, 1, 8};
    config.settings.trainable_blocks = "0";
    config.settings.max_steps = 3;
    run_train(config, on_cpu());
  }

  void index() {
    std::string table;
    for (const auto& molecule : world_.molecules) table += molecule.smiles() + "\n";
    IndexConfig config;
    config.molecules = {folder_.write("molecules.smi", table)};
    config.model = world_.model;
    config.out = world_.library = folder_ / "library";
    run_index(config, on_cpu());
    std::ranges::sort(world_.molecules, [](const Molecule& a, const Molecule& b) {
      return std::pair(a.exact_mass(), a.smiles()) < std::pair(b.exact_mass(), b.smiles());
    });
  }

  TemporaryFolder folder_;
  SmallWorld world_;
};

}  // namespace

const SmallWorld& small_world() {
  static const World world;
  return world.world();
}

RunContext on_cpu(std::size_t threads) {
  RunContext context;
  context.device = {Device::Kind::cpu, 0};
  context.threads = threads;
  return context;
}

Searcher searcher_of(CandidateMode mode, std::size_t threads) {
  SearchSources sources{small_world().model, small_world().library};
  if (mode == CandidateMode::pools) sources.pools = small_world().pools;
  sources.choice.mode = mode;
  return Searcher::open(sources, on_cpu(threads));
}

std::vector<Query> queries_of(const Searcher& searcher) {
  QueryStream stream({small_world().spectra}, {}, searcher.parts().rules);
  std::vector<Query> queries;
  for_each_chunk(stream, Structures::read, {},
                 [&](std::vector<Query>& chunk) { queries = std::move(chunk); });
  return queries;
}

Matrix vectors_of(const Searcher& searcher, const std::vector<Query>& queries) {
  const std::vector<Control> controls = {Control::none};
  return shown_under(controls, *searcher.parts().model, queries, 1, 0).front().vectors;
}

}  // namespace specbridge::test
