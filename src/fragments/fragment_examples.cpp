#include "fragments/fragment_examples.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/parallel.h"
#include "base/random.h"
#include "chem/graphs/structure_graph.h"

namespace specbridge {
namespace {

using Examples = std::vector<FragmentExample>;

/// The spectra of each molecule, at most so many drawn at random, in their order.
std::vector<std::vector<const FragmentSpectrum*>> drawn(std::span<const FragmentSpectrum> spectra,
                                                        std::size_t molecules,
                                                        const FragmentExampleSettings& settings) {
  std::vector<std::vector<const FragmentSpectrum*>> of(molecules);
  for (const auto& spectrum : spectra) {
    if (!spectrum.peaks.empty()) of[spectrum.molecule].push_back(&spectrum);
  }
  for (std::size_t molecule = 0; molecule < molecules; ++molecule) {
    auto& list = of[molecule];
    if (list.size() <= settings.spectra) continue;
    Random random(settings.seed, molecule);
    shuffle(std::span(list), random);
    list.resize(settings.spectra);
    std::ranges::sort(list);
  }
  return of;
}

Examples examples_of(std::size_t molecule, const Molecule& truth, const Decoys& decoys,
                     std::span<const FragmentSpectrum* const> spectra) {
  Examples examples(spectra.size());
  const auto add = [&](const Molecule& candidate) {
    const Fragmentation fragmented = fragment(structure_graph(candidate));
    if (fragmented.fragments.empty()) return false;
    FragmentIdentities identities(fragmented);
    for (std::size_t i = 0; i < spectra.size(); ++i) {
      examples[i].candidates.push_back(
          candidate_features(spectra[i]->peaks, fragmented, identities, spectra[i]->ion));
    }
    return true;
  };
  if (!add(truth)) return {};
  std::size_t others = 0;
  for (const auto& decoy : decoys) others += add(decoy) ? 1 : 0;
  if (others == 0) return {};
  for (auto& example : examples) {
    example.molecule = molecule;
    example.weight = 1 / std::sqrt(static_cast<float>(examples.size()));
  }
  return examples;
}

}  // namespace

std::vector<FragmentExample> fragment_examples(std::span<const FragmentSpectrum> spectra,
                                               std::span<const Molecule> molecules,
                                               std::span<const Decoys> decoys,
                                               const FragmentExampleSettings& settings,
                                               const RunContext& context) {
  const auto of = drawn(spectra, molecules.size(), settings);
  std::vector<std::size_t> useful;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    if (!of[i].empty() && !decoys[i].empty()) useful.push_back(i);
  }
  std::vector<Examples> parts(useful.size());
  parallel_for(useful.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    const std::size_t molecule = useful[i];
    parts[i] = examples_of(molecule, molecules[molecule], decoys[molecule], of[molecule]);
    context.progress("taking molecules apart", i + 1, useful.size());
  });
  Examples all;
  for (auto& part : parts) std::ranges::move(part, std::back_inserter(all));
  return all;
}

}  // namespace specbridge
