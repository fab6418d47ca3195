#include "generation_options.h"

#include "common_options.h"
#include "specbridge/error.h"

namespace specbridge::tool {

namespace {

constexpr const char* kWrittenGroup =
    "Molecules that the model writes (train --objective generate)";
constexpr const char* kByAlone = "--rerank-by: expected --rerank generate with it";
constexpr const char* kNotAsked =
    "--beams and --rerank-by are about molecules that a model writes; ask for them with --rerank "
    "generate";

}  // namespace

void add_generation_options(CLI::App& command, GenerationOptions& options) {
  command
      .add_option(
          "--rerank", options.rerank,
          "generate: the model's decoder writes molecules for each spectrum, and candidates "
          "that are like them, or that it finds likely, rank higher; the written molecules "
          "themselves are no answers")
      ->check(CLI::IsMember({"generate"}))
      ->type_name("generate")
      ->group(kWrittenGroup);
  command.add_option("--beams", options.beams, "Molecules to write for a spectrum (default: 5)")
      ->check(CLI::Range(1, 1000))
      ->type_name("N")
      ->group(kWrittenGroup);
  command
      .add_option("--rerank-by", options.by,
                  "How candidates are compared with them: embedding, by their vectors, or "
                  "tanimoto, by their fingerprints (default: embedding)")
      ->check(CLI::IsMember({"embedding", "tanimoto"}))
      ->type_name("embedding|tanimoto")
      ->group(kWrittenGroup);
}

void add_denovo(CLI::App& command, GenerationOptions& options) {
  command
      .add_option("--denovo", options.denovo,
                  "Answer a spectrum that the library has no molecule for (of its mass, or of its "
                  "formula with --formula) with up to so many molecules that the decoder writes; "
                  "the column in_library says false of them")
      ->check(CLI::Range(1, 1000))
      ->type_name("N")
      ->group(kWrittenGroup);
  command
      .add_option("--denovo-below", options.denovo_below,
                  "With --denovo: also where the first answer of the library is right with less "
                  "probability than this; what is written then stands among the answers, ranked by "
                  "the same evidence. Needs a calibrated model")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("P")
      ->group(kWrittenGroup);
}

std::optional<GenerationSources> generation_of(const GenerationOptions& options) {
  if (options.denovo_below && options.denovo == 0) {
    throw UsageError("--denovo-below: expected --denovo N with it, the molecules to write");
  }
  const bool reranks = !options.rerank.empty();
  if (!reranks && options.by) throw UsageError(options.denovo > 0 ? kByAlone : kNotAsked);
  if (!reranks && options.denovo == 0) {
    if (options.beams) throw UsageError(kNotAsked);
    return {};
  }
  GenerationSources asked;
  if (!reranks) asked.evidence = OtherEvidence::leave_out;
  asked.denovo = options.denovo;
  asked.denovo_below = options.denovo_below;
  if (options.beams) asked.beams = *options.beams;
  if (options.by) asked.by = parse_generated_similarity(*options.by);
  return asked;
}

}  // namespace specbridge::tool
