#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "fragments/fragment_model_file.h"
#include "specbridge/context.h"

namespace specbridge {

/// The score of a model directory that answers are explained by.
struct ExplainingScore {
  std::unique_ptr<const FragmentModel> learned;  ///< nullptr: the fixed score
  std::string fingerprint;                       ///< of the model
  std::string warning;                           ///< what to know of the model, if anything
  /// The share of absent truths that its probabilities are for; nothing: it gives none.
  std::optional<double> absent = {};
};

/// Reads no network: of a model its fragment score alone is needed.
/// @param model empty: there is none, which is to say the fixed score @throws ArtifactError
ExplainingScore open_explaining_score(const std::filesystem::path& model);

/// Warns of a model without a fragment score, and of one that a table was not searched with.
/// @param model the directory of the score @param hits the table
void warn_of_score(const ExplainingScore& score, const std::filesystem::path& model,
                   const std::filesystem::path& hits, const RunContext& context);

}  // namespace specbridge
