#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "eval/truth.h"
#include "ranking/hits_reader.h"
#include "specbridge/error.h"

namespace specbridge {

/// What messages call the records that a hits table is compared with.
struct RecordsWords {
  std::string_view records = "the truth";  ///< "is no MS2 record of ..."
  std::string_view remedy = "give the spectra that were searched as --truth";
};

/// Finds the truths that the rows of a hits table are of, by number or by name. Where a row states
/// both and they are of different records, the name decides if the truths' names are unique and
/// hold it; else the table is of other spectra.
class QueryPlaces {
 public:
  /// @param truths must outlive the object @param file what messages name
  /// @throws InputError when only names tell the queries, and two truths share one
  QueryPlaces(const std::vector<TruthRecord>& truths, const HitsReader& reader, std::string file,
              RecordsWords words = {});

  /// Position of the truth that a row is of. @param line of the row
  /// @throws InputError when it is of none, or number, name or precursor m/z contradict each other
  std::size_t place_of(const Hit& hit, std::size_t line);
  /// A sentence for the reader of the report, when names decided against numbers.
  const std::string& note() const noexcept { return note_; }

 private:
  void learn_names();
  std::size_t by_number_and_name(const Hit& hit, std::size_t line);
  std::size_t by_number(const Hit& hit, std::size_t line) const;
  std::size_t by_name(const Hit& hit, std::size_t line) const;
  void check_precursor(const Hit& hit, const TruthRecord& truth, std::size_t line) const;
  std::string contradiction(const Hit& hit) const;
  SourcePos at(std::size_t line) const { return {file_, line}; }

  const std::vector<TruthRecord>& truths_;
  HitsColumns columns_;
  RecordsWords words_;
  bool of_one_query_;
  std::string file_, note_, shared_name_;
  std::unordered_map<std::size_t, std::size_t> of_number_;
  std::unordered_map<std::string, std::size_t> of_name_;
};

}  // namespace specbridge
