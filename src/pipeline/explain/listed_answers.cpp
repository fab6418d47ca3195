#include "pipeline/explain/listed_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "eval/query_places.h"
#include "ranking/hits_reader.h"
#include "specbridge/error.h"
#include "specbridge/status.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// "no_pool: the candidates file has no pool for it"; of answers that were left out the message.
std::string why_unanswered(const Hit& hit) {
  if (hit.status == Status::ok) return hit.message;
  const std::string word(hit.status.word());
  return hit.message.empty() ? word : fmt::format("{}: {}", word, hit.message);
}

/// One pass over a table.
class AnswerReader {
 public:
  AnswerReader(const fs::path& path, const std::vector<TruthRecord>& records,
               const AnswerChoice& choice)
      : path_(path.string()), reader_(path), records_(records), choice_(choice) {
    check_columns();
    answers_.of.resize(records.size());
  }

  ListedAnswers read() {
    QueryPlaces places(records_, reader_, path_,
                       {"the input", "give the spectra that were searched, in their order"});
    while (const auto hit = reader_.next()) {
      if (is_wanted(*hit)) add(*hit, places.place_of(*hit, reader_.line()));
    }
    check_found();
    for (auto& list : answers_.of) {
      std::ranges::sort(list, {}, &ListedAnswer::rank);
      answers_.queries += list.empty() ? 0 : 1;
    }
    answers_.note = places.note();
    answers_.columns = reader_.column_names();
    return std::move(answers_);
  }

 private:
  SourcePos at(std::size_t line) const { return {path_, line}; }

  void check_columns() const {
    const auto& columns = reader_.columns();
    if (columns.number && columns.rank && !reader_.of_another_program()) return;
    throw InputError(at(0),
                     fmt::format("has no column {}; expected a table that specbridge search wrote",
                                 columns.rank ? "query_index" : "rank"));
  }

  bool is_wanted(const Hit& hit) {
    if (!choice_.queries.empty()) {
      if (std::ranges::find(choice_.queries, hit.query_id) == choice_.queries.end()) return false;
      found_.insert(hit.query_id);
    }
    return !hit.rank || *hit.rank <= choice_.top;
  }

  void add(const Hit& hit, std::size_t place) {
    if (!hit.rank && !hit.smiles.empty()) {
      throw InputError(at(reader_.line()), "names a structure without a rank");
    }
    auto& list = answers_.of[place];
    if (std::ranges::find(list, hit.rank, &ListedAnswer::rank) != list.end()) {
      throw InputError(
          at(reader_.line()),
          fmt::format("query {} (\"{}\") has {} further up; expected one row a rank",
                      hit.query_index, one_line(hit.query_id, 80),
                      hit.rank ? fmt::format("an answer of rank {}", *hit.rank) : "a row"));
    }
    list.push_back(
        {hit.rank, hit.smiles, hit.adduct, hit.rank ? "" : why_unanswered(hit),
         choice_.cells == ListedCells::keep ? reader_.cells() : std::vector<std::string>()});
  }

  void check_found() const {
    for (const auto& name : choice_.queries) {
      if (found_.contains(name)) continue;
      throw InputError(at(0), fmt::format("no query is called \"{}\"; expected --query with a name "
                                          "that its column query_id holds",
                                          one_line(name, 80)));
    }
  }

  std::string path_;
  HitsReader reader_;
  const std::vector<TruthRecord>& records_;
  const AnswerChoice& choice_;
  ListedAnswers answers_;
  std::set<std::string> found_;
};

}  // namespace

ListedAnswers read_listed_answers(const fs::path& hits, const std::vector<TruthRecord>& records,
                                  const AnswerChoice& choice) {
  return AnswerReader(hits, records, choice).read();
}

}  // namespace specbridge
