#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/rows/answer_writer.h"
#include "pipeline/rows/mztab_metadata.h"
#include "store/spool.h"

namespace specbridge {

/// mzTab-M 2.0: a query is a feature (SMF) and a small molecule (SML), each of its answers a row of
/// evidence (SME). The sections wait in files of their own until the last query.
class MztabWriter final : public AnswerWriter {
 public:
  MztabWriter(const HitsLayout& layout, SearchFacts facts, OutputTable& table);
  void add(const AnsweredQuery& query) override;
  void finish(std::span<const SpectraFileCount> files) override;

 private:
  using Row = RowCells;
  /// A column of ours that the format has no name for.
  struct Further {
    std::string name, column;
  };
  /// What a row of evidence has beside its answer.
  struct Evidence {
    std::size_t id = 0, rank = 0;
    int charge = 1;              ///< where the answer's adduct states none
    std::string input, spectra;  ///< what was searched: the last spectrum, and all
  };

  std::string_view cell(const Row& row, std::string_view column) const {
    return columns_.cell(row, column);
  }
  std::vector<Further> further_of(const std::vector<std::string>& columns) const;
  std::string further_cells(const std::vector<Further>& further, const Row& row) const;
  std::string reference_of(const QueryFacts& facts) const;
  /// All spectra that a query was answered with.
  std::string references_of(const AnsweredQuery& query, const Row& row);
  void note_polarity(const QueryFacts& facts, int charge);
  int charge_of(const AnsweredQuery& query, const Row& first);
  void add_feature(const AnsweredQuery& query, const std::vector<Row>& rows);
  std::string evidence_row(const Row& row, const Evidence& evidence) const;
  std::string molecule_cells(const std::vector<Row>& answers, const std::string& adduct) const;
  static std::string member_list(const std::vector<Row>& rows,
                                 const std::function<std::string(const Row&)>& member);
  std::string identifier(const Row& row) const;
  void write_section(const std::string& header, const std::vector<Further>& further, Spool& rows);

  ColumnPlaces columns_;
  SearchFacts facts_;
  std::vector<ConfidenceMeasure> measures_;
  std::vector<Further> of_molecules_, of_features_, of_evidence_;
  std::string no_abundances_;  // cells of a feature
  std::vector<RunPolarity> polarities_;
  std::map<std::string, std::string> merged_;  // references by query_index
  std::size_t features_ = 0, evidence_ = 0;
  Spool notes_, molecule_rows_, feature_rows_, evidence_rows_;
  OutputTable& table_;
};

}  // namespace specbridge
