#include "pipeline/training/checked_spectra.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

std::size_t count_overlap(const LabelledSpectra& train, const LabelledSpectra& validation) {
  std::unordered_set<std::string> known;
  for (const auto& molecule : train.molecules) known.insert(molecule.inchikey14());
  return static_cast<std::size_t>(std::ranges::count_if(
      validation.molecules, [&](const Molecule& m) { return known.contains(m.inchikey14()); }));
}

/// Validation structures that training sees make the validation figures worthless; the user is
/// warned.
void warn_of_overlap(const TrainConfig& config, const LabelledSpectra& validation,
                     std::size_t overlap, const RunContext& context) {
  if (overlap == 0) return;
  const auto text = fmt::format("{} of {} {} in the training spectra too", with_thousands(overlap),
                                counted(validation.molecules.size(), "validation structure"),
                                overlap == 1 ? "is" : "are");
  if (config.overlap == Overlap::refuse) {
    throw InputError({config.validation.front().string(), 0},
                     text + "; take them out of one of the files, or leave out --strict");
  }
  context.warning(text + "; validation figures flatter the model (--strict refuses this)");
}

}  // namespace

void warn_of_skipped(std::string_view what, const std::map<std::string, std::size_t>& skipped,
                     TrainReport& report, const RunContext& context) {
  for (const auto& [reason, count] : skipped) {
    report.skipped[reason] += count;
    context.warning(fmt::format(
        "{} cannot be used: {}",
        counted(count, fmt::format("{} spectrum", what), fmt::format("{} spectra", what)), reason));
  }
}

LabelledSpectra read_validation(const TrainConfig& config, const SpectrumEncoderInfo& encoder,
                                const LabelledSpectra& train, TrainReport& report,
                                const RunContext& context) {
  LabelledSpectra labelled =
      read_labelled({config.validation, config.format}, encoder, FragmentPeaks::skip, context);
  warn_of_skipped("validation", labelled.skipped, report, context);
  report.overlap = count_overlap(train, labelled);
  warn_of_overlap(config, labelled, report.overlap, context);
  return labelled;
}

std::map<std::string, FingerprintBits> fingerprints_of(const std::vector<Molecule>& molecules,
                                                       const RunContext& context) {
  std::vector<FingerprintBits> bits(molecules.size());
  parallel_for(molecules.size(), context.threads,
               [&](std::size_t i) { bits[i] = morgan_bits(molecules[i], kTrainingBits); });
  std::map<std::string, FingerprintBits> by_key;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    by_key.try_emplace(molecules[i].inchikey14(), std::move(bits[i]));
  }
  return by_key;
}

}  // namespace specbridge
