#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "bridge/bridge.h"
#include "chem/molecule.h"
#include "ms/preprocess.h"
#include "ranking/record_name.h"
#include "specbridge/adduct.h"
#include "specbridge/context.h"
#include "specbridge/search.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// One MS2 record and its number over all inputs.
struct Query {
  Spectrum spectrum;
  std::size_t index = 0;
  std::optional<Refusal> refusal;  ///< why it cannot be encoded
};

/// Every oddity of a record with its name in reports.
inline constexpr std::array<std::pair<Oddity, std::string_view>, 11> kOddities = {{
    {Oddity::decimal_comma, "decimal_comma"},
    {Oddity::several_charges, "several_charges"},
    {Oddity::charge_out_of_range, "charge_out_of_range"},
    {Oddity::more_peaks_than_said, "more_peaks_than_said"},
    {Oddity::several_precursors, "several_precursors"},
    {Oddity::not_finite, "not_finite"},
    {Oddity::adduct_in_name, "adduct_in_name"},
    {Oddity::unreadable_charge, "unreadable_charge"},
    {Oddity::unreadable_level, "unreadable_level"},
    {Oddity::ambiguous_precursor, "ambiguous_precursor"},
    {Oddity::several_adducts, "several_adducts"},
}};

/// The names by which other programs know a record.
OtherNames other_names(const Spectrum& spectrum);

/// Streams the MS2 records of several files in order; MS1 scans are passed over and counted.
class QueryStream {
 public:
  explicit QueryStream(std::vector<std::filesystem::path> files,
                       std::optional<SpectrumFormat> format = {}, PreprocessProfile profile = {});
  /// Up to `limit` further queries, fewer where they are large; empty at the end.
  /// @throws InputError, also at the end of a file of which no record can be parsed
  std::vector<Query> next(std::size_t limit);
  std::size_t ms1_scans() const noexcept { return ms1_scans_; }
  std::size_t queries() const noexcept { return queries_; }
  /// What came from each file that has been opened.
  const std::vector<SpectraFileCount>& files() const noexcept { return counts_; }

 private:
  void close_file();

  std::vector<std::filesystem::path> files_;
  std::optional<SpectrumFormat> format_;
  PreprocessProfile profile_;  // what a record must leave to be usable
  std::size_t file_ = 0, queries_ = 0, ms1_scans_ = 0;
  std::vector<SpectraFileCount> counts_;
  std::size_t parsed_ = 0;     // of the open file
  std::string first_problem_;  // of the open file
  std::unique_ptr<SpectrumReader> reader_;
};

/// What an encoder is shown instead of a spectrum's rows.
using Shown = std::function<EncoderInput(const EncoderInput&)>;
/// Vectors [queries, dim] of what is shown; a query that was refused has a zero row.
Matrix embed_shown(const Bridge& bridge, const std::vector<Query>& queries, const Shown& shown,
                   std::size_t in_flight);
/// Vectors [queries, dim] of the queries under a control; a query that was refused has a zero row.
Matrix embed_queries(const Bridge& bridge, const std::vector<Query>& queries, PeakControl control,
                     std::size_t in_flight);

/// The structure a record states, standardised once per spelling.
class StructureCache {
 public:
  /// Reads the structures of many queries at once, in parallel.
  void prepare(const std::vector<Query>& queries, const RunContext& context);
  /// Nothing when the record states no structure; else the molecule or why it is none.
  const std::variant<Molecule, Rejection>* find(const Spectrum& spectrum) const;
  std::size_t size() const noexcept { return by_spelling_.size(); }

 private:
  std::unordered_map<std::string, std::variant<Molecule, Rejection>> by_spelling_;
};

}  // namespace specbridge
