#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

#include "pipeline/explain/explaining_score.h"
#include "pipeline/explain/listed_queries.h"
#include "specbridge/context.h"

namespace specbridge {

/// A table of hits with what its answers are explained by.
struct ExplainedTable {
  ExplainingScore score;
  ListedAnswers listed;
};

/// What is asked of commands that show a table of hits. @param command its name, for messages
/// @throws UsageError
void check_shown(std::string_view command, std::size_t top,
                 const std::vector<std::filesystem::path>& spectra);

/// Opens the score of a model and the answers of a table that are wanted, and warns of what makes
/// the two unlike each other. @throws InputError, ArtifactError
ExplainedTable open_explained_table(const std::filesystem::path& hits,
                                    const SearchedSpectra& spectra,
                                    const std::filesystem::path& model, const AnswerChoice& choice,
                                    const RunContext& context);

}  // namespace specbridge
