#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// What is embedded.
enum class EmbedKind { spectra, molecules };

/// What `specbridge embed` is asked for.
struct EmbedConfig {
  std::vector<std::filesystem::path> inputs;  ///< of one kind; files, folders of spectra, "-"
  std::optional<EmbedKind> kind = {};         ///< absent: told by the content of the inputs
  std::optional<SpectrumFormat> format = {};  ///< of spectra; absent: told by content
  std::filesystem::path model;
  std::filesystem::path out;    ///< ends in .npy
  std::size_t in_flight = 256;  ///< spectra in work at a time; never changes a vector
  Existing existing = Existing::refuse;
};

/// What came of it: records = rows + those without a vector.
struct EmbedReport {
  EmbedKind kind = EmbedKind::spectra;
  std::string model = {};                           ///< its fingerprint
  std::size_t dim = 0;                              ///< numbers of a vector
  std::size_t records = 0;                          ///< MS2 records, or rows of the lists
  std::size_t rows = 0;                             ///< that have a vector
  std::map<std::string, std::size_t> without = {};  ///< the others, by status
  std::size_t ms1_scans = 0;                        ///< passed over
  std::size_t damaged_files = 0;                    ///< of folders: not read to their end
};

/// The counts as JSON text.
std::string to_json(const EmbedReport& report);

/// The table beside the vectors that says of every record which row is its own, or why it has none:
/// `vectors.ids.tsv` of `vectors.npy`.
std::filesystem::path ids_beside(const std::filesystem::path& vectors);

/// Writes vectors as a .npy file [rows, dim] of float32, of unit length and in the order of the
/// records, and the table of the records beside it. Spectra get the vectors that a search compares,
/// molecules those of the model's molecule encoder: an inner product of the two is the cosine that
/// a search shows. Memory does not grow with the input.
/// @throws UsageError, InputError, ArtifactError, OutputError, ResourceError
EmbedReport run_embed(const EmbedConfig& config, const RunContext& context);

}  // namespace specbridge
