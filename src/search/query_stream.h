#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chem/smiles_cache.h"
#include "chem/stated_structure.h"
#include "ms/preprocess.h"
#include "specbridge/adduct.h"
#include "specbridge/context.h"
#include "specbridge/error.h"
#include "specbridge/query.h"
#include "specbridge/search_report.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/status.h"

namespace specbridge {

/// What makes queries of records.
struct QueryRules {
  std::vector<Adduct> adducts = {};  ///< assumed where a record states none that can be read
  /// Why a record cannot be encoded; the default knows no encoder.
  std::function<std::optional<Refusal>(const Spectrum&)> refusal = [](const Spectrum& spectrum) {
    return specbridge::refusal(spectrum);
  };
};

/// @param index number of the record over all inputs
Query make_query(Spectrum spectrum, std::size_t index, const QueryRules& rules);

/// Structures that records state, each worked out once.
using StructureCache = SmilesCache<StatedStructure>;
StructureCache make_structure_cache(std::size_t most = 200'000);
/// Fills the structures of some queries, in parallel.
void read_structures(std::vector<Query>& queries, StructureCache& cache, const RunContext& context);

/// Streams the MS2 records of several files in order; MS1 scans are passed over and counted.
class QueryStream {
 public:
  explicit QueryStream(std::vector<std::filesystem::path> files,
                       std::optional<SpectrumFormat> format = {}, QueryRules rules = {});
  /// Files that may be unreadable, or break off: the stream goes on with the next, and files() says
  /// why. Of the others a broken one ends it.
  void may_break(std::vector<std::filesystem::path> files) { may_break_ = std::move(files); }
  /// Up to `limit` further queries, fewer where they are large; empty at the end.
  /// @throws InputError, also at the end of a file of which no record can be parsed
  std::vector<Query> next(std::size_t limit);
  /// Hands out nothing more.
  void stop();
  std::size_t ms1_scans() const noexcept { return ms1_scans_; }
  std::size_t queries() const noexcept { return queries_; }
  /// What came from each file that has been opened.
  const std::vector<SpectraFileCount>& files() const noexcept { return counts_; }

 private:
  /// Reads the next record of the open file, or of the next one; false at the end of a file.
  bool read(Spectrum& spectrum);
  void close_file();

  std::vector<std::filesystem::path> files_, may_break_;
  std::optional<SpectrumFormat> format_;
  QueryRules rules_;
  std::size_t file_ = 0, queries_ = 0, ms1_scans_ = 0;
  std::vector<SpectraFileCount> counts_;
  std::size_t parsed_ = 0;     // of the open file
  std::string first_problem_;  // of the open file
  std::unique_ptr<SpectrumReader> reader_;
};

/// Why a stream had no query at all: the first file that could not be read, or `named` has none.
InputError nothing_read(const QueryStream& stream, const std::filesystem::path& named);

/// Whether the structures of queries are read.
enum class Structures { skip, read };

/// The one loop over queries: hands them over chunk by chunk, some thousands at a time.
/// @throws Interrupted, and what the stream throws
void for_each_chunk(QueryStream& stream, Structures structures, const RunContext& context,
                    const std::function<void(std::vector<Query>&)>& consume);

}  // namespace specbridge
