#include "eval/query_places.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/text.h"

namespace specbridge {
namespace {

/// Precursors of one record may differ by rounding or by the isotope that was picked.
constexpr double kOtherPrecursor = 3;  // Th

/// A name as tables state it.
std::string in_table(std::string_view name) {
  return std::string(trim(one_line(name)));
}

}  // namespace

QueryPlaces::QueryPlaces(const std::vector<TruthRecord>& truths, const HitsReader& reader,
                         std::string file, RecordsWords words)
    : truths_(truths),
      columns_(reader.columns()),
      words_(words),
      of_one_query_(reader.of_one_query()),
      file_(std::move(file)) {
  for (std::size_t i = 0; i < truths_.size(); ++i) of_number_.emplace(truths_[i].name.index, i);
  if (columns_.name) learn_names();
}

void QueryPlaces::learn_names() {
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    const std::string name = in_table(name_of(truths_[i].name, columns_.named_by));
    if (!of_name_.emplace(name, i).second && shared_name_.empty()) shared_name_ = name;
  }
  if (shared_name_.empty() || columns_.number || (of_one_query_ && truths_.size() == 1)) return;
  throw InputError(at(0), fmt::format("has no column query_index, but two records of {} are "
                                      "called \"{}\"; add query_index, the number of the MS2 "
                                      "record from 0",
                                      words_.records, one_line(shared_name_, 80)));
}

std::size_t QueryPlaces::place_of(const Hit& hit, std::size_t line) {
  std::size_t place = 0;
  if (columns_.number && columns_.name && !hit.query_id.empty()) {
    place = by_number_and_name(hit, line);
  } else if (columns_.number) {
    place = by_number(hit, line);
  } else if (!of_one_query_ || truths_.size() != 1) {
    place = by_name(hit, line);
  }
  check_precursor(hit, truths_[place], line);
  return place;
}

std::size_t QueryPlaces::by_number(const Hit& hit, std::size_t line) const {
  const auto found = of_number_.find(hit.query_index);
  if (found != of_number_.end()) return found->second;
  throw InputError(at(line), fmt::format("query_index {} is no MS2 record of {}, which has {}; {}",
                                         hit.query_index, words_.records, truths_.size(),
                                         hit.query_index == truths_.size()
                                             ? "it counts from 0: subtract 1 if yours counts from 1"
                                             : "are these hits of another file?"));
}

std::size_t QueryPlaces::by_name(const Hit& hit, std::size_t line) const {
  const auto found = of_name_.find(in_table(hit.query_id));
  if (found != of_name_.end()) return found->second;
  if (of_one_query_) {
    throw InputError(
        at(0), fmt::format("no column says whose hits these are (query_index, query_id, "
                           "mappingFeatureId ...), and none of the {} of {} is called "
                           "\"{}\"; add query_index or query_id, or call the file as the record",
                           counted(truths_.size(), "MS2 record"), words_.records,
                           one_line(hit.query_id, 80)));
  }
  throw InputError(at(line),
                   fmt::format("query_id \"{}\" is no MS2 record of {}, which has "
                               "{}; are these hits of another file?",
                               one_line(hit.query_id, 80), words_.records, truths_.size()));
}

/// What number and name say of a row for which they disagree.
std::string QueryPlaces::contradiction(const Hit& hit) const {
  const auto found = of_number_.find(hit.query_index);
  const std::string of_truth =
      found == of_number_.end()
          ? fmt::format("beyond the {} of", counted(truths_.size(), "MS2 record"))
          : fmt::format("\"{}\" in", one_line(truths_[found->second].name.id, 80));
  return fmt::format("query_index {} is \"{}\" in the hits and {} {}", hit.query_index,
                     one_line(hit.query_id, 80), of_truth, words_.records);
}

std::size_t QueryPlaces::by_number_and_name(const Hit& hit, std::size_t line) {
  const auto numbered = of_number_.find(hit.query_index);
  const std::string name = in_table(hit.query_id);
  if (numbered != of_number_.end() &&
      same_name(in_table(truths_[numbered->second].name.id), name)) {
    return numbered->second;
  }
  const auto named = of_name_.find(name);
  if (named != of_name_.end() && shared_name_.empty()) {
    if (note_.empty()) {
      note_ = fmt::format("{}: queries were found by query_id; query_index is of another file",
                          contradiction(hit));
    }
    return named->second;
  }
  const std::string why =
      named == of_name_.end()
          ? fmt::format("which has no \"{}\"", one_line(hit.query_id, 80))
          : fmt::format("of which two records are called \"{}\"", one_line(shared_name_, 80));
  throw InputError(at(line),
                   fmt::format("{}, {}; {}, or leave out the column query_id if the numbers are "
                               "right",
                               contradiction(hit), why, words_.remedy));
}

/// Two files whose records have the same names, or none.
void QueryPlaces::check_precursor(const Hit& hit, const TruthRecord& truth,
                                  std::size_t line) const {
  const auto& stated = truth.traits.precursor_mz;
  if (!hit.precursor_mz || !stated) return;
  if (!(std::abs(*hit.precursor_mz - *stated) > kOtherPrecursor)) return;
  throw InputError(
      at(line),
      fmt::format("query {} (\"{}\") has the precursor m/z {:.4f} in the hits and {:.4f} in "
                  "{}; are these hits of another file?",
                  truth.name.index, one_line(truth.name.id, 80), *hit.precursor_mz, *stated,
                  words_.records));
}

}  // namespace specbridge
