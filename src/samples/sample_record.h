#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "samples/blanks.h"
#include "specbridge/sample_pool.h"

namespace specbridge {

/// All that rows must have in common to be compared.
struct SampleRule {
  SamplePool pool = SamplePool::mean;
  std::size_t width = 0;      ///< numbers of a row
  std::string model = {};     ///< fingerprint; "" of a pool that needs none
  std::string codebook = {};  ///< SHA-256 of its file; "" of a pool that needs none
  bool operator==(const SampleRule&) const = default;
};
Json to_json(const SampleRule& rule);
/// @param where names the file in messages @throws ArtifactError
SampleRule sample_rule(const Json& json, const std::string& where);
/// In words what keeps two rules' rows from being compared; "" where nothing does.
std::string difference_of(const SampleRule& a, const SampleRule& b);

/// What was subtracted from samples, and what they were pooled over.
struct SampleRecord {
  SampleRule rule;
  std::optional<std::filesystem::path> codebook = {};  ///< its file
  std::vector<std::filesystem::path> blanks = {};      ///< files
  BlankRule blank_rule = {};
  std::string vectors_sha256 = {}, ids_sha256 = {};  ///< of the files that it is the record of
};

/// Where the table of an array's samples stands, the record of the run, and the codebook that was
/// learned with it: samples.ids.tsv, samples.run.json, samples.codebook.json of samples.npy.
std::filesystem::path sample_table_beside(const std::filesystem::path& vectors);
std::filesystem::path sample_record_beside(const std::filesystem::path& vectors);
std::filesystem::path codebook_beside(const std::filesystem::path& vectors);

/// The fields that read_sample_record() needs; the run adds its own.
Json to_json(const SampleRecord& record);
/// Reads the record beside an array. Paths that begin with "~" lead to the user's home folder.
/// @throws ArtifactError
SampleRecord read_sample_record(const std::filesystem::path& vectors);

}  // namespace specbridge
