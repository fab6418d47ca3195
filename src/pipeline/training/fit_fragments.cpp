#include "pipeline/training/fit_fragments.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "bridge/model_files.h"
#include "fragments/fragment_model_file.h"
#include "fragments/isomer_list.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kDecoys = 16;  // of a molecule

/// Molecules that have a spectrum whose ion can be taken apart, ascending.
std::vector<std::size_t> molecules_with_spectra(const LabelledSpectra& spectra) {
  std::vector<std::size_t> molecules;
  for (const auto& spectrum : spectra.for_fragments) {
    if (!spectrum.peaks.empty()) molecules.push_back(spectrum.molecule);
  }
  std::ranges::sort(molecules);
  molecules.erase(std::unique(molecules.begin(), molecules.end()), molecules.end());
  return molecules;
}

/// Examples of one molecule stand together.
std::vector<std::size_t> molecules_of(std::span<const FragmentExample> examples) {
  std::vector<std::size_t> molecules;
  for (const auto& example : examples) {
    if (molecules.empty() || molecules.back() != example.molecule) {
      molecules.push_back(example.molecule);
    }
  }
  return molecules;
}

FragmentFit counts_of(std::span<const FragmentExample> examples, std::span<const Decoys> listed,
                      std::span<const Decoys> made) {
  FragmentFit fit;
  fit.spectra = examples.size();
  for (const std::size_t molecule : molecules_of(examples)) {
    ++fit.molecules;
    fit.listed_decoys += listed[molecule].size();
    fit.made_decoys += made[molecule].size();
  }
  return fit;
}

std::vector<Decoys> joined(std::span<const Decoys> listed, std::span<const Decoys> made) {
  std::vector<Decoys> all(listed.begin(), listed.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].insert(all[i].end(), made[i].begin(), made[i].end());
  }
  return all;
}

}  // namespace

FragmentFit fit_fragments(const LabelledSpectra& spectra,
                          const std::vector<std::filesystem::path>& decoys,
                          const std::filesystem::path& dir, const RunContext& context) {
  const auto listed = isomers_in(decoys, spectra.molecules, kDecoys, context.seed, context);
  const auto made = made_isomers(spectra.molecules, molecules_with_spectra(spectra), listed,
                                 kDecoys, context.seed, context);
  const auto examples = fragment_examples(spectra.for_fragments, spectra.molecules,
                                          joined(listed.of, made), {.seed = context.seed}, context);
  FragmentFit fit = counts_of(examples, listed.of, made);
  if (fit.molecules == 0) {
    throw InputError({decoys.empty() ? "--decoys" : decoys.front().string(), 0},
                     "gives no training molecule an isomer to be told from; expected molecules "
                     "such as a search will meet, thousands of them");
  }
  context.info(fmt::format("fitting fragments to {} of {} among {} from lists and {} made by edits",
                           counted(fit.spectra, "spectrum", "spectra"),
                           counted(fit.molecules, "molecule"), counted(fit.listed_decoys, "isomer"),
                           with_thousands(fit.made_decoys)));
  const auto training = train_fragments(examples, {.seed = context.seed}, context);
  fit.mrr_before = training.passes.front().mrr;
  fit.mrr = training.passes[training.kept].mrr;
  write_fragment_model(dir / kFragmentsFile, training.model);
  return fit;
}

}  // namespace specbridge
