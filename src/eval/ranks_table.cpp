#include "eval/ranks_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/text.h"
#include "ranking/score_order.h"
#include "store/staging.h"

namespace specbridge {
namespace {

std::string score_cell(const std::optional<double>& score) {
  return score ? score_text(*score) : std::string();
}

}  // namespace

std::string ranks_header() {
  return "query_id\tquery_index\tinchikey14\tpool_size\trank\tties\tscore\tbest_score\tbest_"
         "smiles\t"
         "status\ttanimoto\tmces\tmces_lower\tmces_upper\n";
}

std::string to_line(const QueryResult& result) {
  const auto number = [](const std::optional<double>& value) {
    return value ? shortest(*value) : std::string();
  };
  const auto distance = [&](double FirstDistance::*field) {
    return result.mces ? shortest((*result.mces).*field) : std::string();
  };
  const std::array<std::string, 14> cells = {
      one_line(result.name.id),
      std::to_string(result.name.index),
      result.inchikey14,
      std::to_string(result.pool_size),
      result.rank ? std::to_string(*result.rank) : std::string(),
      result.rank ? std::to_string(result.ties) : std::string(),
      score_cell(result.score),
      score_cell(result.best_score),
      one_line(result.best_smiles),
      one_line(result.status.word()),
      number(result.tanimoto),
      distance(&FirstDistance::distance),
      distance(&FirstDistance::lower),
      distance(&FirstDistance::upper)};
  return fmt::format("{}\n", fmt::join(cells, "\t"));
}

void write_ranks(const std::filesystem::path& path, std::span<const QueryResult> results) {
  StagedFile file(path, Existing::replace);
  file.write(ranks_header());
  for (const auto& result : results) file.write(to_line(result));
  file.commit();
}

}  // namespace specbridge
