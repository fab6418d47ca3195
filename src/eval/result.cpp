#include "eval/result.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace specbridge {

bool is_first(const QueryResult& result, TieRule ties) {
  return result.rank && rank_under(tie_position_of(result), ties) == 1;
}

double miss_share(const QueryResult& result, TieRule ties) {
  return result.rank ? 1 - hit_share(tie_position_of(result), 1, ties) : 1;
}

TiePosition tie_position_of(const QueryResult& result) {
  if (!result.rank) throw std::logic_error("a miss has no rank");
  return {*result.rank - 1 - result.ties, result.ties};
}

std::string structure_of(const QueryResult& result, Identity identity) {
  const std::string& key = identity == Identity::smiles ? result.truth_smiles : result.inchikey14;
  return key.empty() ? fmt::format("#{}", result.name.index) : key;
}

QueryResult missed_query(const TruthRecord& truth, StatedStatus status) {
  QueryResult result;
  result.name = truth.name;
  if (truth.molecule) {
    result.inchikey14 = truth.molecule->inchikey14();
    result.truth_smiles = truth.molecule->smiles();
  }
  result.traits = truth.traits;
  result.status = std::move(status);
  return result;
}

}  // namespace specbridge
