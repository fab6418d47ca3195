#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace specbridge {

/// What was read from one input file.
struct SpectraFileCount {
  std::string path;
  std::string format;  ///< "mgf", "mzml" ...
  std::size_t queries = 0, ms1_scans = 0;
  std::size_t profiles = 0;  ///< queries that are stated as profiles, and were centroided
  std::string error = {};    ///< why it could not be read (further); "": it was read to its end
};

/// What a decoder has written in a search.
struct WritingCounts {
  std::size_t texts = 0;
  std::size_t invalid = 0;  ///< of them no molecule, or cut off before their end
};

/// What became of the records of a search.
struct SearchReport {
  std::size_t queries = 0, answered = 0, ms1_scans = 0;
  std::size_t merged = 0;           ///< answered with another spectrum of their feature
  std::size_t without_feature = 0;  ///< not in the annotations for MZmine: they have no FEATURE_ID
  std::size_t left_out = 0;  ///< of those answered: their answers are less certain than was asked
  std::map<std::string, std::size_t> unanswered;  ///< by status
  std::size_t unusable = 0;          ///< of these: the record is at fault, not the library
  std::size_t charge_conflicts = 0;  ///< charge or ion mode is not that of the adduct
  std::map<std::string, std::size_t> oddities;        ///< what files do oddly, in words
  std::map<std::string, std::size_t> unseen_adducts;  ///< queries of adducts not in the training
  /// Queries whose adduct the record does not state, by what was assumed: "[M+H]+, [M+Na]+".
  std::map<std::string, std::size_t> assumed_adducts;
  std::optional<WritingCounts> writing = {};  ///< nothing: no decoder was asked
  std::size_t answered_by_writing = 0;  ///< of those answered: by molecules that no library has
  std::size_t damaged_files = 0;        ///< of those below: not read to their end
  std::vector<SpectraFileCount> files;
};

/// The counts as JSON text, without the files. Defined in search/run_record.cpp.
std::string to_json(const SearchReport& report);

}  // namespace specbridge
