#include "pipeline/similarity/pair_table.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text.h"

namespace specbridge {
namespace {

/// "score", and for further scores "score_entropy".
std::string column_of(std::string_view what, const std::vector<PairScore>& scores,
                      std::size_t place) {
  return place == 0 ? std::string(what) : fmt::format("{}_{}", what, scores[place].name);
}

/// Nothing is matched by vectors.
bool has_matches(const PairScore& score) {
  return score.rule.has_value();
}

std::string_view polarity_word(int polarity) {
  if (polarity == 0) return "";
  return polarity > 0 ? "positive" : "negative";
}

std::string precursor_text(const ComparedSpectrum& record) {
  return record.precursor_mz > 0 ? shortest(record.precursor_mz) : std::string();
}

std::string record_line(std::string_view role, const ComparedSpectrum& record, std::size_t rows) {
  const auto status = record.refusal ? to_string(record.refusal->status) : to_string(Status::ok);
  return fmt::format(
      "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", role, one_line(record.id), record.index,
      precursor_text(record), polarity_word(record.polarity), record.peaks, rows, status,
      record.refusal ? one_line(record.refusal->message) : "", one_line(record.file));
}

}  // namespace

std::string pair_header(const std::vector<PairScore>& scores, PairMode mode) {
  std::string header = "query_id\tquery_index\treference_id\treference_index\tprecursor_difference";
  for (std::size_t i = 0; i < scores.size(); ++i) {
    header += "\t" + column_of("score", scores, i);
    if (has_matches(scores[i])) header += "\t" + column_of("matched_peaks", scores, i);
  }
  return header + (mode == PairMode::listed ? "\tmessage\n" : "\n");
}

std::string pair_row(const ComparedSpectrum& query, const ComparedSpectrum& reference,
                     const std::vector<PairScore>& scores,
                     std::span<const Similarity> similarities) {
  std::string row = fmt::format("{}\t{}\t{}\t{}\t", one_line(query.id), query.index,
                                one_line(reference.id), reference.index);
  if (query.precursor_mz > 0 && reference.precursor_mz > 0) {
    row += fmt::format("{:.5f}", query.precursor_mz - reference.precursor_mz);
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool known = i < similarities.size();
    row += known ? fmt::format("\t{:.8f}", similarities[i].score) : "\t";
    if (!has_matches(scores[i])) continue;
    row += known ? fmt::format("\t{}", similarities[i].matched) : "\t";
  }
  return row;
}

void write_records(const BothSides& sides, const RowsOfRecords& rows, StagedFile& table) {
  table.write("role\tid\tindex\tprecursor_mz\tpolarity\tpeaks\tpairs\tstatus\tmessage\tfile\n");
  const auto& queries = sides.queries.records;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const std::size_t as_reference = sides.is_same() ? rows.references[i] : 0;
    table.write(record_line("query", queries[i], rows.queries[i] + as_reference));
  }
  if (sides.is_same()) return;
  const auto& references = sides.references.records;
  for (std::size_t i = 0; i < references.size(); ++i) {
    table.write(record_line("reference", references[i], rows.references[i]));
  }
}

}  // namespace specbridge
