#include "search/generation/open_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "search/evidence/generated_scorer.h"
#include "search/generation/generator.h"
#include "search/references/open_references.h"
#include "specbridge/error.h"

namespace specbridge {

bool weighs_decoder(const Calibration& calibration) {
  return calibration.weights.contains(kGeneratedEvidence) ||
         calibration.weights.contains(kLikelihoodEvidence);
}

bool counts_decoder(const SearchParts& parts) {
  return std::ranges::any_of(parts.evidence, [](const Evidence& one) {
    const std::string& name = one.scorer->kind().name;
    return name == kGeneratedEvidence || name == kLikelihoodEvidence;
  });
}

void check_denovo_below(const SearchSources& sources, const SearchParts& parts) {
  if (!sources.generation || !sources.generation->denovo_below || parts.first_answers) return;
  throw UsageError(
      fmt::format("search: --denovo-below needs the probability of first answers; {} gives none "
                  "when ranking by "
                  "{}; weigh its evidence with specbridge calibrate and rank by the fused score",
                  sources.model.string(), to_string(parts.rank_by)));
}

void open_decoder(const SearchSources& sources, ModelParts& opened, const RunContext& context) {
  const auto calibration = opened.model ? opened.model->calibration() : std::nullopt;
  const bool weighed = calibration && weighs_decoder(*calibration) &&
                       sources.rank_by.value_or(RankBy::fused) == RankBy::fused;
  if (!sources.generation && !weighed) return;
  const GenerationSources asked = sources.generation.value_or(GenerationSources());
  if (!opened.model || searches_spectra_alone(sources)) {
    throw UsageError(
        "search: --rerank generate re-ranks molecules; name a --model, and a --library or "
        "--candidates");
  }
  const auto fit = describe_model(sources.model).generation;
  if (!fit) {
    throw UsageError(
        fmt::format("--rerank generate: {} has no decoder; train one with specbridge train "
                    "--objective generate",
                    sources.model.string()));
  }
  std::shared_ptr<const MoleculeEncoder> encoder = opened.encoder;
  const bool needs_vectors = asked.by == GeneratedSimilarity::embedding || asked.denovo > 0;
  if (needs_vectors && !encoder) {
    encoder = load_molecule_encoder(sources.model / kMoleculeEncoderFolder, context);
  }
  const auto generator = Generator::open(sources.model, *fit, asked, std::move(encoder), context);
  if (asked.evidence == OtherEvidence::show || weighed) opened.evidence.generator = generator;
  if (asked.denovo > 0) opened.writer = generator;
}

}  // namespace specbridge
