#include "specbridge/index_spectra.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "encode/molecule_encoder.h"
#include "library/build/spectra/spectral_writer.h"
#include "ms/input_files.h"
#include "pipeline/spectral/spectra_intake.h"
#include "pipeline/vectors/embedded_spectra.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/output_place.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// A model that makes vectors, as far as one is asked for.
struct VectorModel {
  std::optional<Bridge> spectra;
  std::unique_ptr<MoleculeEncoder> molecules;

  EncodeMolecules encode() const {
    if (molecules == nullptr) return {};
    return [this](std::span<const Molecule> slice) { return molecules->encode(slice); };
  }
};

VectorModel open_vector_model(const SpectralIndexConfig& config, const RunContext& context) {
  VectorModel model;
  if (!config.model) return model;
  const bool bridges = describe_model(*config.model).objective == TrainingObjective::bridge;
  model.spectra.emplace(
      Bridge::load(*config.model, context, bridges ? MoleculeFiles::load : MoleculeFiles::check));
  if (bridges) {
    model.molecules = load_molecule_encoder(*config.model / kMoleculeEncoderFolder, context);
  }
  return model;
}

QueryStream library_stream(const SpectralIndexConfig& config, const std::vector<fs::path>& files,
                           const VectorModel& model) {
  QueryRules rules;
  rules.refusal = refusal_of_reference;
  if (model.spectra) {
    rules.refusal = [&](const Spectrum& spectrum) { return model.spectra->refusal(spectrum); };
  }
  QueryStream stream(files, config.format, std::move(rules));
  stream.may_break(files_in_folders(files, config.spectra));
  return stream;
}

/// The rule of a library whose first record is of a kind.
SimilarityRule rule_of_library(const SpectralIndexConfig& config, SpectrumKind first) {
  const bool electron = first == SpectrumKind::electron;
  SimilarityRule rule = parse_preset(config.preset.value_or(electron ? "ei" : "entropy"));
  if (config.unit_mass) rule.cleaning.unit_mass = *config.unit_mass;
  if (config.mz_power) rule.mz_power = *config.mz_power;
  if (config.intensity_power) rule.intensity_power = *config.intensity_power;
  return completed(rule);
}

SpectralOrigin origin_of_library(const SpectralIndexConfig& config, const SimilarityRule& rule,
                                 const std::vector<fs::path>& files, const VectorModel& model,
                                 const SpectralIndexReport& report) {
  SpectralOrigin origin{rule, report.read, report.duplicates, report.rejected, {}};
  origin.licences = report.licences;
  for (const auto& file : files) {
    origin.inputs.emplace_back(file.filename().string(), file == "-" ? "" : sha256_of_file(file));
  }
  if (!model.spectra) return origin;
  origin.model_fingerprint = model.spectra->fingerprint();
  origin.row_type = config.rows;
  if (model.molecules == nullptr) return origin;
  origin.molecule_encoder_fingerprint = model.molecules->fingerprint();
  origin.molecule_dim = model.molecules->dim();
  return origin;
}

void take_in(QueryStream& stream, SpectraIntake& intake, const RunContext& context,
             SpectralIndexReport& report) {
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    intake.add(queries, report);
    context.progress("reading spectra", stream.queries(), 0);
  });
  report.ms1_scans = stream.ms1_scans();
  report.damaged_files = warn_of_broken(stream.files(), context);
  intake.finish(report);
}

}  // namespace

SpectralIndexReport run_index_spectra(const SpectralIndexConfig& config,
                                      const RunContext& context) {
  if (config.rows != RowType::f32 && !config.model) {
    throw UsageError(
        fmt::format("index: --rows {} is about vectors, which spectra have with --model alone; "
                    "name a model, or "
                    "leave it out",
                    to_string(config.rows)));
  }
  auto inputs = config.spectra;
  if (config.model) inputs.push_back(*config.model);
  claim_directory(config.out, kSpectralLibrary, inputs, config.existing, context);
  rule_of_library(config, SpectrumKind::tandem);  // what no rule can be is refused at once
  const auto files = files_of({config.spectra, config.format}, context);
  const VectorModel model = open_vector_model(config, context);
  StagedDirectory staging(config.out, kSpectralLibrary, config.existing);
  SpectralIndexReport report;
  {
    SpectraIntake intake(
        staging.path(), [&](SpectrumKind first) { return rule_of_library(config, first); },
        model.spectra ? &*model.spectra : nullptr, config.in_flight);
    QueryStream stream = library_stream(config, files, model);
    take_in(stream, intake, context, report);
    if (report.spectra == 0) {
      throw InputError(
          {config.spectra.front().string(), 0},
          fmt::format("none of {} can be taken into a library ({}); expected records "
                      "with peaks, a structure, and a precursor m/z or electron ionisation",
                      counted(report.read, "spectrum", "spectra"), counts_text(report.reasons)));
    }
    const auto rows = write_molecules(intake.molecules(), model.encode(), staging.path(), context);
    const auto origin = origin_of_library(config, intake.rule(), files, model, report);
    fs::remove(staging.path() / "spill.tmp");  // mapped until the end of the block
    write_spectra(in_order(intake.spectra()), rows, origin, staging.path(), context);
  }
  staging.commit();
  return report;
}

std::string to_json(const SpectralIndexReport& report) {
  return pretty({{"read", report.read},
                 {"spectra", report.spectra},
                 {"molecules", report.molecules},
                 {"duplicates", report.duplicates},
                 {"rejected", report.rejected},
                 {"reasons", report.reasons},
                 {"licences", report.licences},
                 {"electron_spectra", report.electron_spectra},
                 {"preset", report.preset},
                 {"ms1_scans", report.ms1_scans},
                 {"damaged_files", report.damaged_files}});
}

}  // namespace specbridge
