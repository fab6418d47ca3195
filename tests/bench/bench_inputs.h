#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "chem/molecule.h"
#include "ms/preprocess.h"

namespace specbridge::bench {

/// What the command line and the environment say; the rest goes to Google Benchmark.
struct Options {
  std::filesystem::path data;
  std::vector<std::filesystem::path> spectrum_encoders, molecule_encoders, decoders;
  bool rows = false;  ///< only the table of row_bench.h
};

/// Takes --rows, --data, --spectrum-encoder, --molecule-encoder and --decoder (the latter three as
/// often as wanted) out of the arguments. Without them: SPECBRIDGE_SPECTRUM_ENCODER,
/// SPECBRIDGE_MOLECULE_ENCODER, else what scripts/demo.sh made.
Options take_options(int& argc, char** argv);

/// A folder of its own for this run, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The first SMILES of the data folder's library, as written.
std::vector<std::string> read_smiles(const Options& options, std::size_t count);
std::vector<Molecule> read_molecules(const Options& options, std::size_t count);
/// The first training spectra, cleaned for the encoder.
std::vector<PeakRows> read_inputs(const Options& options, const PreprocessProfile& profile,
                                  std::size_t count);
std::filesystem::path training_spectra(const Options& options);

/// Random unit rows, the same in every run.
Matrix unit_rows(std::size_t count, std::size_t dim);

}  // namespace specbridge::bench
