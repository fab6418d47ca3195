#include "search/references/open_references.h"

#include <fmt/format.h>

#include <string>

#include "encode/vector_precision.h"
#include "search/evidence/analogue_scorer.h"
#include "specbridge/error.h"

namespace specbridge {

bool searches_spectra_alone(const SearchSources& sources) {
  return sources.references && !sources.library && sources.choice.mode != CandidateMode::pools;
}

std::shared_ptr<const ReferenceSpectra> references_over(
    const std::shared_ptr<const SpectralLibrary>& library, const SearchSources& sources,
    const Bridge* model) {
  ReferenceSources asked = *sources.references;
  const bool open = searches_spectra_alone(sources) && sources.choice.mode == CandidateMode::open;
  if (open) asked.precursors = ReferencePrecursors::any;
  if (model != nullptr && model->calibration() &&
      model->calibration()->weights.contains(kAnalogueEvidence)) {
    asked.analogues = Analogues::show;
  }
  auto references =
      std::make_shared<const ReferenceSpectra>(library, asked, sources.choice.tolerance);
  if (!references->by_vectors()) return references;
  if (model != nullptr && model->fingerprint() == library->model_fingerprint()) return references;
  throw ArtifactError(
      fmt::format("{}: its vectors are of model {}, the search has {}; {}", asked.library.string(),
                  short_identity(library->model_fingerprint()),
                  model == nullptr ? "none" : short_identity(model->fingerprint()),
                  remedy(library->model_fingerprint(), model == nullptr ? "" : model->fingerprint(),
                         "search with the --model that the library was built with")));
}

std::shared_ptr<const ReferenceSpectra> open_references(const SearchSources& sources,
                                                        const Bridge* model) {
  const auto& dir = sources.references->library;
  auto library = std::make_shared<const SpectralLibrary>(SpectralLibrary::open(dir));
  if (!library->decoys_of().empty()) {
    throw ArtifactError(
        fmt::format("{}: holds decoy spectra, which are of no compound; expected the library that "
                    "they were made of, and these with --decoy-library",
                    dir.string()));
  }
  return references_over(library, sources, model);
}

std::shared_ptr<const ReferenceSpectra> open_decoys(const SearchSources& sources,
                                                    const ReferenceSpectra& references) {
  ReferenceSources asked = *sources.references;
  if (!asked.decoys) return nullptr;
  if (references.by_vectors()) {
    throw UsageError("search: decoy spectra have no vectors; leave out --decoy-library or --score");
  }
  const SpectralLibrary& targets = references.library();
  asked.analogues = Analogues::leave_out;
  asked.library = *asked.decoys;
  if (references.is_open()) asked.precursors = ReferencePrecursors::any;
  auto decoys = std::make_shared<const SpectralLibrary>(SpectralLibrary::open(asked.library));
  const std::string& of = decoys->decoys_of();
  if (of == targets.fingerprint()) {
    return std::make_shared<const ReferenceSpectra>(decoys, asked, sources.choice.tolerance);
  }
  throw ArtifactError(fmt::format(
      "{}: {}; make decoys with specbridge index --decoys {} -o DIR", asked.library.string(),
      of.empty() ? std::string("holds spectra of compounds, expected decoys")
                 : fmt::format("holds decoys of library {:.12}..., expected {:.12}...", of,
                               targets.fingerprint()),
      sources.references->library.string()));
}

}  // namespace specbridge
