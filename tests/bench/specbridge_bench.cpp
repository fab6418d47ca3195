// Rates of the building blocks on one core. Reports only; nothing here fails for being slow.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "bench/bench_inputs.h"
#include "bench/decoder_bench.h"
#include "bench/fragment_bench.h"
#include "bench/row_bench.h"
#include "encode/micro_batches.h"
#include "encode/molecule_encoder.h"
#include "encode/morgan_encoder.h"
#include "encode/scripted_spectrum_encoder.h"
#include "index/vector_index.h"
#include "library/build/library_root.h"
#include "library/build/shard_writer.h"
#include "library/library.h"
#include "nn/torch_runtime.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"
#include "tokenize/tokenizer.h"

namespace specbridge::bench {
namespace {

namespace fs = std::filesystem;
using benchmark::State;

constexpr std::size_t kLibraryRows = 40'000, kLibraryDim = 768, kQueries = 100;
constexpr std::size_t kSpectra = 256, kMolecules = 256;

void count_items(State& state, std::size_t items_per_round) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items_per_round));
}

void skipped(const char* what, const char* why) {
  fmt::print(stderr, "{}: skipped ({})\n", what, why);
}

/// Registers a benchmark. Rates are per second of CPU time, so that other users of the machine do
/// not count.
void add(const std::string& name, std::function<void(State&)> body) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(body))->Unit(benchmark::kMillisecond);
}

void read_mgf(State& state, const Options& options) {
  std::size_t spectra = 0;
  for ([[maybe_unused]] auto round : state) {
    const auto reader = open_spectra(training_spectra(options));
    spectra = 0;
    for (Spectrum spectrum; reader->next(spectrum);) ++spectra;
  }
  count_items(state, spectra);
}

void standardise(State& state, const Options& options) {
  const auto smiles = read_smiles(options, kMolecules);
  for ([[maybe_unused]] auto round : state) {
    for (const auto& text : smiles) benchmark::DoNotOptimize(standardize(text));
  }
  count_items(state, smiles.size());
}

void tokenise(State& state, const Options& options, const fs::path& file) {
  const Tokenizer tokenizer = Tokenizer::load(file);
  const auto smiles = read_smiles(options, kMolecules);
  for ([[maybe_unused]] auto round : state) {
    for (const auto& text : smiles) benchmark::DoNotOptimize(tokenizer.encode(text, 0));
  }
  count_items(state, smiles.size());
}

void encode_molecules(State& state, const Options& options, const fs::path& dir) {
  const RunContext context;
  const auto encoder = load_molecule_encoder(dir, context);
  const auto molecules = read_molecules(options, kMolecules);
  for ([[maybe_unused]] auto round : state) benchmark::DoNotOptimize(encoder->encode(molecules));
  count_items(state, molecules.size());
}

void encode_molecules_morgan(State& state, const Options& options) {
  const ScratchFolder folder;
  const auto molecules = read_molecules(options, kMolecules);
  MorganStatistics statistics;
  for (const auto& molecule : molecules) statistics.add(molecule);
  write_morgan_encoder(folder.path() / "encoder", statistics, kLibraryDim,
                       std::span(molecules).first(4), Existing::refuse, {});
  encode_molecules(state, options, folder.path() / "encoder");
}

void encode_spectra(State& state, const Options& options, const fs::path& dir) {
  const auto encoder = ScriptedSpectrumEncoder::load(dir, c10::Device("cpu"));
  const auto inputs = read_inputs(options, encoder.info().profile, kSpectra);
  std::vector<std::size_t> lengths;
  for (const auto& input : inputs) lengths.push_back(padded_length(input.count()));
  const auto embed = [&](const MicroBatch& batch) {
    std::vector<PeakRows> rows;
    for (const std::size_t index : batch.indices) rows.push_back(inputs[index]);
    benchmark::DoNotOptimize(encoder.forward(pack_peaks(rows, batch.length)));
  };
  for ([[maybe_unused]] auto round : state) run_micro_batches(lengths, 1, 0, embed);
  count_items(state, inputs.size());
}

/// A library of random vectors, 0.01 Da apart.
void write_random_library(const fs::path& dir, const Matrix& rows) {
  ShardRules rules;
  rules.dim = rows.cols();
  ShardSeries series(dir, rules, 0, [](const fs::path&) {});
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    series.add({""},
               Molecule::trusted("C", "AAAAAAAAAAAAAA", "CH4", 0.01 * static_cast<double>(i), 0),
               {rows.row(i)}, {});
  }
  series.finish({});
  write_library_root(dir, rules, {});
}

void scan_window(State& state) {
  const ScratchFolder folder;
  write_random_library(folder.path(), unit_rows(kLibraryRows, kLibraryDim));
  const Library library = Library::open(folder.path());
  const Matrix query = unit_rows(1, kLibraryDim);
  const RowSet all(std::vector<RowRange>{{0, kLibraryRows}});
  std::vector<float> scores(all.size());
  const auto scan = [&] { library.vectors().scores(query.row(0), all, scores); };
  scan();  // the first touch checks every block; not what is measured
  for ([[maybe_unused]] auto round : state) {
    scan();
    benchmark::DoNotOptimize(scores.data());
  }
  count_items(state, kLibraryRows);
  state.SetBytesProcessed(state.iterations() *
                          static_cast<std::int64_t>(kLibraryRows * kLibraryDim * sizeof(float)));
}

void search_faiss(State& state, const std::string& factory) {
  const Matrix rows = unit_rows(kLibraryRows, kLibraryDim);
  const Matrix queries = unit_rows(kQueries, kLibraryDim);
  const auto index = make_index(factory, kLibraryDim);
  const std::size_t sample = std::min(index->wanted_sample(), kLibraryRows);
  if (sample > 0) {
    index->train({rows.values().first(sample * kLibraryDim), sample, kLibraryDim});
  }
  index->add(rows.view());
  for ([[maybe_unused]] auto round : state) {
    benchmark::DoNotOptimize(index->search(queries.view(), 20, {}));
  }
  count_items(state, kQueries);
}

/// "small" and "tiny" are the exporters' presets; others are named by their size.
std::string size_name(std::size_t dim) {
  switch (dim) {
    case 32:
      return "tiny";
    case 256:
      return "small";
    case 1024:
      return "full";
    default:
      return fmt::format("{}_dimensions", dim);
  }
}

void add_encoder_benchmarks(const Options& options) {
  for (const auto& dir : options.spectrum_encoders) {
    const auto name = "encode_spectrum/" + size_name(describe_spectrum_encoder(dir).dim);
    add(name, [&options, dir](State& state) { encode_spectra(state, options, dir); });
  }
  if (options.spectrum_encoders.empty()) {
    skipped("encode_spectrum", "run scripts/demo.sh, or give --spectrum-encoder DIR");
  }
  add("encode_molecule/morgan", [&](State& state) { encode_molecules_morgan(state, options); });
  bool tokenizer = false;
  for (const auto& dir : options.molecule_encoders) {
    if (!fs::exists(dir / "tokenizer.json")) continue;
    tokenizer = true;
    add("tokenise",
        [&options, dir](State& state) { tokenise(state, options, dir / "tokenizer.json"); });
    add("encode_molecule/roberta",
        [&options, dir](State& state) { encode_molecules(state, options, dir); });
  }
  if (!tokenizer) {
    skipped("tokenise, encode_molecule/roberta",
            "give --molecule-encoder DIR with an encoder that has a tokenizer.json");
  }
}

int run(int argc, char** argv) {
  const Options options = take_options(argc, argv);
  prepare_threads(1);  // Torch and FAISS share one OpenMP
  if (options.rows) {
    print_row_table();
    return 0;
  }
  add("read_mgf", [&](State& state) { read_mgf(state, options); });
  add("standardise", [&](State& state) { standardise(state, options); });
  add_encoder_benchmarks(options);
  for (const auto& dir : options.decoders) add_decoder_benchmarks(dir, add);
  if (options.decoders.empty()) skipped("write", "give --decoder DIR");
  if (!add_fragment_benchmarks(add)) {
    skipped("fragments",
            "SPECBRIDGE_DATA names no folder with massbank_val_candidates_256.json.gz");
  }
  add("scan_window/40000x768", [](State& state) { scan_window(state); });
  for (const std::string factory : {"Flat", "IVF256,SQ8"}) {
    add("search_faiss/" + factory, [factory](State& state) { search_faiss(state, factory); });
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace specbridge::bench

int main(int argc, char** argv) {
  try {
    return specbridge::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
