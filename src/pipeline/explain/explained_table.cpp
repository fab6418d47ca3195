#include "pipeline/explain/explained_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;

void check_shown(std::string_view command, std::size_t top, const std::vector<fs::path>& spectra) {
  if (top == 0) throw UsageError(fmt::format("{}: --top is 0; expected 1 or more", command));
  if (std::ranges::find(spectra, fs::path("-")) == spectra.end()) return;
  throw UsageError(fmt::format(
      "{}: the spectra are read twice and cannot come through a pipe; name their file", command));
}

ExplainedTable open_explained_table(const fs::path& hits, const SearchedSpectra& spectra,
                                    const fs::path& model, const AnswerChoice& choice,
                                    const RunContext& context) {
  ExplainingScore score = open_explaining_score(model);
  warn_of_score(score, model, hits, context);
  ListedAnswers listed = read_listed_answers(hits, records_of(spectra, context), choice);
  if (!listed.note.empty()) context.warning(listed.note);
  return {std::move(score), std::move(listed)};
}

}  // namespace specbridge
