#include "samples/sample_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/encoded/numpy_array.h"
#include "store/file.h"
#include "store/line_reader.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// A path without the endings of formats and of gzip.
fs::path without_endings(fs::path path) {
  constexpr std::array<std::string_view, 6> kEndings = {".gz",  ".mzml", ".mgf",
                                                        ".msp", ".json", ".txt"};
  for (int times = 0; times < 2; ++times) {
    std::string ending = path.extension().string();
    std::ranges::transform(ending, ending.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (std::ranges::find(kEndings, ending) == kEndings.end()) break;
    path.replace_extension();
  }
  return path;
}

void check_sum(const fs::path& file, const std::string& listed, const fs::path& record) {
  if (sha256_of_file(file) == listed) return;
  throw ArtifactError(
      fmt::format("{}: is not the file that {} was written with; make the samples again with "
                  "sample embed",
                  file.string(), record.string()));
}

std::size_t count_of(std::string_view cell, const SourcePos& at) {
  const auto number = parse_integer(cell);
  if (number && *number >= 0) return static_cast<std::size_t>(*number);
  throw InputError(at, fmt::format("found \"{}\", expected a count", one_line(cell, 40)));
}

Sample sample_of(std::string_view line, const SourcePos& at) {
  const auto cells = split(line, '\t');
  if (cells.size() != 8) {
    throw InputError(at, fmt::format("{}, expected 8", counted(cells.size(), "cell")));
  }
  Sample sample{std::string(cells[0]), cells[7], count_of(cells[1], at), count_of(cells[2], at),
                count_of(cells[3], at)};
  if (!cells[4].empty()) sample.row = count_of(cells[4], at);
  sample.status = cells[5];
  sample.message = cells[6];
  return sample;
}

}  // namespace

std::vector<std::string> sample_names(const std::vector<fs::path>& files) {
  std::map<std::string, std::size_t> times;
  std::set<fs::path> known;
  for (const auto& file : files) {
    std::error_code ignored;
    if (!known.insert(fs::weakly_canonical(fs::absolute(file, ignored), ignored)).second) {
      throw UsageError(fmt::format("{}: is given twice; a file is one sample", file.string()));
    }
    ++times[without_endings(file.filename()).string()];
  }
  std::vector<std::string> names;
  for (const auto& file : files) {
    std::string name = without_endings(file.filename()).string();
    names.push_back(times[name] == 1 ? name : without_endings(file).generic_string());
  }
  return names;
}

std::string sample_line(const Sample& sample) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", one_line(sample.name), sample.spectra,
                     sample.used, sample.in_blanks,
                     sample.row ? std::to_string(*sample.row) : std::string(), sample.status,
                     one_line(sample.message), one_line(sample.file.string()));
}

SampleTable read_samples(const fs::path& vectors) {
  SampleTable table{vectors, {}, {}, read_sample_record(vectors)};
  const fs::path ids = sample_table_beside(vectors), record = sample_record_beside(vectors);
  check_sum(vectors, table.record.vectors_sha256, record);
  check_sum(ids, table.record.ids_sha256, record);
  table.rows = read_npy(vectors);
  LineReader lines(ids);
  lines.next();
  while (const auto line = lines.next()) {
    table.samples.push_back(sample_of(*line, {ids.string(), lines.line()}));
  }
  return table;
}

}  // namespace specbridge
