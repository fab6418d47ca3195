#include "specbridge/status.h"

#include <algorithm>
#include <array>

namespace specbridge {
namespace {

struct StatusRow {
  Status status;
  std::string_view word;
  Fault fault;
  std::string_view remedy;
};

constexpr std::array<StatusRow, 20> kStatuses = {{
    {Status::ok, "ok", Fault::none, ""},
    {Status::merged, "merged", Fault::none, ""},
    {Status::bad_record, "bad_record", Fault::record,
     "correct the line that is named, or take the record out"},
    {Status::no_precursor, "no_precursor", Fault::record,
     "add the precursor m/z: PRECURSOR_MZ or PEPMASS in MGF, PrecursorMZ in MSP"},
    {Status::no_peaks, "no_peaks", Fault::record, "export the record again with its peaks"},
    {Status::not_ms2, "not_ms2", Fault::record,
     "search takes MS2; export level 2, or correct the level that is stated"},
    {Status::unknown_adduct, "unknown_adduct", Fault::record,
     "state the adduct or the charge in the file, or search with --adducts [M+H]+,[M+Na]+"},
    {Status::bad_structure, "bad_structure", Fault::record,
     "correct the SMILES; training and evaluation cannot use the record"},
    {Status::no_structure, "no_structure", Fault::record, "state the SMILES of the record"},
    {Status::no_formula, "no_formula", Fault::record,
     "state the FORMULA of the record, or search with --formula=F"},
    {Status::empty_window, "empty_window", Fault::candidates,
     "check precursor and adduct, widen --tolerance, or use a larger library"},
    {Status::no_formula_match, "no_formula_match", Fault::candidates,
     "check the formula, or use a larger library"},
    {Status::no_library_match, "no_library_match", Fault::candidates,
     "lower --min-matched or --min-score, or search molecules as well with --library"},
    {Status::no_pool, "no_pool", Fault::candidates,
     "add a pool of this query to the file of pools"},
    {Status::empty_pool, "empty_pool", Fault::candidates,
     "put candidates that are molecules into the pool"},
    {Status::truth_not_in_pool, "truth_not_in_pool", Fault::evaluation,
     "add the right answer to the candidates"},
    {Status::beyond_k, "beyond_k", Fault::evaluation, "list more answers a query"},
    {Status::left_out, "left_out", Fault::evaluation,
     "search without --min-probability and --max-q"},
    {Status::not_in_hits, "not_in_hits", Fault::evaluation, "add the query to the table of hits"},
    {Status::foreign, "foreign", Fault::evaluation, ""},
}};

const StatusRow& row_of(Status status) {
  return *std::ranges::find(kStatuses, status, &StatusRow::status);
}

}  // namespace

std::string_view to_string(Status status) {
  return row_of(status).word;
}

Status parse_status(std::string_view word) {
  const auto* row = std::ranges::find(kStatuses, word, &StatusRow::word);
  return row == kStatuses.end() ? Status::foreign : row->status;
}

Fault fault_of(Status status) {
  return row_of(status).fault;
}

std::string_view remedy_of(Status status) {
  return row_of(status).remedy;
}

}  // namespace specbridge
