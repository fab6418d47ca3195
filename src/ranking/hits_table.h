#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ranking/stated_status.h"

namespace specbridge {

/// The columns of hits.tsv that every table of ours has, in their order.
enum class HitColumn : std::size_t {
  query_id,
  query_index,
  rank,
  score,
  library_id,
  smiles,
  inchikey14,
  formula,
  exact_mass,
  mass_error_ppm,
  adduct,
  precursor_mz,
  candidates,
  status,
  message
};
inline constexpr std::size_t kHitColumns = 15;
/// Where spectra were merged: the queries that an answer is of, "3;4;7".
inline constexpr std::string_view kSpectraColumn = "spectra";
std::string_view to_string(HitColumn column);

/// One row of a hits table; see the README for the columns.
struct Hit {
  std::string query_id;
  std::size_t query_index = 0;      ///< 0-based number of the MS2 record over all inputs
  std::optional<std::size_t> rank;  ///< 1 = best; absent in rows without a hit
  /// Higher is better. Ours are float32; a double, so that no two scores of another program fall
  /// together.
  std::optional<double> score;
  std::string library_id, smiles, inchikey14, formula;
  std::optional<double> exact_mass;  ///< Da
  std::optional<double> mass_error_ppm;
  std::string adduct;
  std::optional<double> precursor_mz;
  std::optional<std::size_t> candidates;  ///< structures that were ranked
  StatedStatus status;
  std::string message;
  /// What only our own tables say; HitsReader passes over it.
  std::optional<float> margin = {};            ///< how far the next structure scores below it
  std::optional<double> probability = {};      ///< that the first answer is right: in its row
  std::optional<double> present = {};          ///< that the right one is a candidate at all
  std::string q_value = {};                    ///< of the first answer, as text: in its row
  std::optional<float> decoy_similarity = {};  ///< of the best decoy spectrum
  std::optional<std::size_t> explained_peaks = {};
  std::optional<double> explained_intensity = {};  ///< share
  /// Each kind of evidence alone, where the layout names some; not a number: missing.
  std::vector<float> evidence = {};
  /// The library spectrum that the evidence of this name is of.
  std::string library_spectrum = {};
  std::optional<std::size_t> library_peaks = {};  ///< of it that match
  std::string library_energy = {};                ///< its collision energy
  std::optional<double> library_difference = {};  ///< of the precursors, Th
  std::string library_change = {};                ///< of the formula
  /// Of spectra of electron ionisation, from 0 to 999; and the retention index of the query with
  /// what it differs by from that of the library spectrum.
  std::optional<int> match_factor = {}, reverse_match_factor = {};
  std::optional<double> retention_index = {}, retention_index_difference = {};
  std::optional<bool> in_library = {};         ///< false: a decoder has written it
  std::string file = {};                       ///< of the query
  std::optional<double> retention_time = {};   ///< s
  std::optional<std::size_t> peaks_used = {};  ///< peaks that the encoder saw
  /// The queries that are answered together, ascending; HitsReader reads it, too.
  std::vector<std::size_t> spectra = {};
  std::string inchikey = {};              ///< the whole key
  std::string name = {};                  ///< of the compound
  std::vector<std::string> further = {};  ///< where the layout names further columns
};

/// What the cells of a column hold.
enum class CellKind {
  text,
  number,
  numbers,  ///< several, separated by semicolons
};
/// What the cells of a column are said of.
enum class CellOf {
  query,
  answer,
  both,  ///< of an answer where there is one, else of the query
};
struct TableColumn {
  std::string name;
  CellKind kind = CellKind::text;
  CellOf of = CellOf::answer;
};

/// Which columns a table of ours has besides those that all have.
struct HitsLayout {
  bool probability = false;  ///< of first answers: a column of that name
  bool present = false;      ///< column probability_present
  bool q_value = false;      ///< of first answers: a column of that name
  bool decoys = false;       ///< column decoy_similarity
  bool explained = false;    ///< columns explained_peaks and explained_intensity
  std::vector<std::string> evidence =
      {};                                 ///< names of the kinds that have a column evidence.<name>
  bool references = false;                ///< columns library_spectrum ...
  bool electron = false;                  ///< columns match_factor ... retention_index ...
  bool written = false;                   ///< column in_library
  bool file = false;                      ///< of the query: where there are several
  bool spectra = false;                   ///< where spectra of one feature are answered together
  std::vector<std::string> further = {};  ///< what the library keeps: columns keep.<name>
  /// Where these stand among all that the library keeps.
  std::vector<std::size_t> further_places = {};
};

/// The columns of a table, in their order.
std::vector<TableColumn> columns_of(const HitsLayout& layout);
/// The header line of hits.tsv, with its line end.
std::string hits_header(const HitsLayout& layout = {});
/// One row as text, with its line end; of a row with an answer, evidence and further values are as
/// many as the layout's. Scores in shortest round-trip form (float32 where that is exact).
std::string to_line(const Hit& hit, const HitsLayout& layout = {});

}  // namespace specbridge
