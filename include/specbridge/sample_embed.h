#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/sample_pool.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// What `specbridge sample embed` is asked for. Every file is a sample.
struct SampleEmbedConfig {
  std::vector<std::filesystem::path> inputs;  ///< files of spectra; a folder stands for its files
  std::optional<SpectrumFormat> format = {};  ///< absent: told by content
  SamplePool pool = SamplePool::mean;
  std::filesystem::path model;  ///< of pools that need one
  std::filesystem::path out;    ///< ends in .npy
  std::size_t codes = 64;       ///< centres of a codebook that is learned
  /// A word of a codebook that is learned is in so many of the samples, or in all where there are
  /// fewer.
  std::size_t least_samples = 2;
  std::optional<std::filesystem::path> codebook = {};  ///< of an earlier run; absent: it is learned
  std::vector<std::filesystem::path> blanks = {};      ///< runs whose spectra are subtracted
  Tolerance blank_tolerance{10, 0.01};                 ///< of the precursor m/z
  double blank_shared_intensity = 0.8;  ///< of either spectrum, in peaks that both have
  std::size_t in_flight = 256;          ///< spectra in work at a time; never changes a row
  Existing existing = Existing::refuse;
};

/// What came of it.
struct SampleEmbedReport {
  SamplePool pool = SamplePool::mean;
  std::size_t samples = 0, rows = 0, width = 0;
  std::map<std::string, std::size_t> without = {};  ///< samples without a row, by status
  std::size_t spectra = 0, used = 0, in_blanks = 0;
  std::map<std::string, std::size_t> unusable = {};  ///< spectra that could not be used, by status
  std::size_t ms1_scans = 0;                         ///< passed over
  std::size_t blank_spectra = 0;                     ///< of the blanks
  std::size_t words_in_blanks = 0;                   ///< words that were left out because of them
};

/// The counts as JSON text.
std::string to_json(const SampleEmbedReport& report);

/// Writes a row for every sample into a .npy file [samples that have one, width] of float32; beside
/// `samples.npy` the table `samples.ids.tsv` with a line for every sample, the record
/// `samples.run.json`, and the codebook that was learned, `samples.codebook.json`. A row depends on
/// its own file, the blanks and the codebook only. Memory does not grow with the spectra of a file.
/// @throws UsageError, InputError, ArtifactError, OutputError, ResourceError
SampleEmbedReport run_sample_embed(const SampleEmbedConfig& config, const RunContext& context);

}  // namespace specbridge
