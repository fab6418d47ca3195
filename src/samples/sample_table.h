#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "samples/sample_record.h"

namespace specbridge {

/// A sample: a file of spectra.
struct Sample {
  std::string name;  ///< of its file, without folders and endings, unless two were of one name
  std::filesystem::path file;
  std::size_t spectra = 0;    ///< MS2 records
  std::size_t used = 0;       ///< that its row is made of
  std::size_t in_blanks = 0;  ///< left out because a blank has them, too
  std::optional<std::size_t> row = {};
  std::string status = "ok", message = {};
};

/// Names of samples by their files: without folders and what formats add to a name; where two are
/// equal, with their folders. @throws UsageError for a file that is named twice
std::vector<std::string> sample_names(const std::vector<std::filesystem::path>& files);

/// The table of the samples that stands beside their array.
inline constexpr std::string_view kSampleColumns =
    "sample\tspectra\tused\tin_blanks\trow\tstatus\tmessage\tfile\n";
std::string sample_line(const Sample& sample);

/// What sample embed wrote.
struct SampleTable {
  std::filesystem::path path;
  Matrix rows;  ///< [rows, width]
  std::vector<Sample> samples;
  SampleRecord record;
};
/// Reads an array with its table and its record.
/// @throws InputError, ArtifactError when they do not belong together
SampleTable read_samples(const std::filesystem::path& vectors);

}  // namespace specbridge
