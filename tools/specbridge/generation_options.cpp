#include "generation_options.h"

#include "common_options.h"
#include "specbridge/error.h"

namespace specbridge::tool {

namespace {

constexpr const char* kWrittenGroup =
    "Molecules that the model writes (train --objective generate)";

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
}

std::optional<GenerationSources> generation_of(const GenerationOptions& options) {
  if (options.rerank.empty() && options.denovo > 0) {
    if (options.by) throw UsageError("--rerank-by: expected --rerank generate with it");
    return GenerationSources{
        options.beams.value_or(5), {}, OtherEvidence::leave_out, options.denovo};
  }
  if (options.rerank.empty()) {
    if (!options.beams && !options.by) return {};
    throw UsageError(
        "--beams and --rerank-by are about molecules that a model writes; ask for them with "
        "--rerank generate");
  }
  GenerationSources asked;
  asked.denovo = options.denovo;
  if (options.beams) asked.beams = *options.beams;
  if (options.by) asked.by = parse_generated_similarity(*options.by);
  return asked;
}

}  // namespace specbridge::tool
