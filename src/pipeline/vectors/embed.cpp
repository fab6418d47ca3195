#include "specbridge/embed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "bridge/bridge.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "chem/tables/molecule_table.h"
#include "encode/molecule_encoder.h"
#include "ms/input_files.h"
#include "pipeline/vectors/embedded_molecules.h"
#include "pipeline/vectors/embedded_spectra.h"
#include "pipeline/vectors/vector_table.h"
#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"
#include "store/file.h"
#include "store/output_place.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// What a file holds. @throws InputError when it is neither
EmbedKind kind_of(const fs::path& input) {
  std::error_code ignored;
  if (fs::is_directory(input, ignored)) return EmbedKind::spectra;
  if (input == "-" || is_stream(input)) {
    throw UsageError(
        fmt::format("embed: what {} brings is not looked at beforehand; say --spectra or "
                    "--molecules",
                    input == "-" ? "standard input" : input.string()));
  }
  check_readable(input);
  if (is_spectra_file(input)) return EmbedKind::spectra;
  try {
    const MoleculeTable table(input);
    return EmbedKind::molecules;
  } catch (const InputError&) {
    throw InputError(
        {input.string(), 0},
        fmt::format("holds neither spectra ({}) nor molecules (SMILES lists, CSV or TSV with a "
                    "SMILES column, SDF); --spectra or --molecules says what it should be, and the "
                    "run then what is wrong with it",
                    kSpectrumFormats));
  }
}

/// All inputs are of one kind: rows of one array are comparable, and records of one table alike.
EmbedKind kind_of_all(const EmbedConfig& config) {
  if (config.kind) return *config.kind;
  if (config.format) return EmbedKind::spectra;
  const EmbedKind first = kind_of(config.inputs.front());
  for (const auto& input : config.inputs) {
    const EmbedKind kind = kind_of(input);
    if (kind == first) continue;
    throw UsageError(fmt::format(
        "embed: {} holds {}, {} holds {}; embed them in runs of their own",
        config.inputs.front().string(), first == EmbedKind::spectra ? "spectra" : "molecules",
        input.string(), kind == EmbedKind::spectra ? "spectra" : "molecules"));
  }
  return first;
}

/// The files, those that are named looked at before any work.
std::vector<fs::path> files_to_embed(const EmbedConfig& config, EmbedKind kind,
                                     const RunContext& context) {
  for (const auto& named : config.inputs) {
    std::error_code ignored;
    const bool folder = kind == EmbedKind::spectra && fs::is_directory(named, ignored);
    if (named != "-" && !folder) check_readable(named);
  }
  if (kind == EmbedKind::spectra) return named_files({config.inputs, config.format}, context);
  if (std::ranges::count(config.inputs, fs::path("-")) > 1) {
    throw UsageError("\"-\" is given twice; standard input can be read once");
  }
  return config.inputs;
}

void claim_vectors(const EmbedConfig& config, const std::vector<fs::path>& files,
                   const RunContext& context) {
  auto inputs = files;
  inputs.push_back(config.model);
  claim_outputs({{config.out, config.existing}, {ids_beside(config.out), config.existing}}, inputs,
                context);
}

void count_rows(const VectorTable& table, EmbedReport& report) {
  report.records = table.records();
  report.rows = table.rows();
  report.without = table.without();
}

EmbedReport embed_all_spectra(const EmbedConfig& config, const std::vector<fs::path>& files,
                              const RunContext& context) {
  const Bridge model = Bridge::load(config.model, context);
  const auto warning = warning_about(model.training_data(), config.model.string());
  if (!warning.empty()) context.warning(warning);
  const VectorShape shape{model.dim(), model.members()};
  const auto file = files.size() > 1 ? FileOfRecord::shown : FileOfRecord::hidden;
  VectorTable table(config.out, shape, {"query_id", "query_index"}, file, config.existing);
  EmbedReport report{EmbedKind::spectra, model.fingerprint(), shape.width()};
  QueryStream stream(files, config.format,
                     {{}, [&](const Spectrum& spectrum) { return model.refusal(spectrum); }});
  stream.may_break(files_in_folders(files, config.inputs));
  add_spectra(stream, model, config.in_flight, context, table);
  report.ms1_scans = stream.ms1_scans();
  report.damaged_files = warn_of_broken(stream.files(), context);
  count_rows(table, report);
  table.finish();
  return report;
}

EmbedReport embed_all_molecules(const EmbedConfig& config, const std::vector<fs::path>& files,
                                const RunContext& context) {
  const ModelInfo info = describe_model(config.model);
  demand_molecules(info, config.model);
  const auto encoder = load_molecule_encoder(config.model / kMoleculeEncoderFolder, context);
  const VectorShape shape{encoder->dim(), info.members};
  const auto file = files.size() > 1 ? FileOfRecord::shown : FileOfRecord::hidden;
  VectorTable table(config.out, shape, {"id", "index", "smiles", "inchikey14"}, file,
                    config.existing);
  EmbedReport report{EmbedKind::molecules, info.fingerprint, shape.width()};
  add_molecules(files, *encoder, shape, context, table);
  count_rows(table, report);
  table.finish();
  return report;
}

}  // namespace

fs::path ids_beside(const fs::path& vectors) {
  fs::path path = vectors;
  return path.replace_extension(".ids.tsv");
}

EmbedReport run_embed(const EmbedConfig& config, const RunContext& context) {
  check_vectors_name(config.out);
  const EmbedKind kind = kind_of_all(config);
  if (kind == EmbedKind::molecules && config.format) {
    throw UsageError("embed: --in-format is for spectra; leave it out here");
  }
  const auto files = files_to_embed(config, kind, context);
  claim_vectors(config, files, context);
  return kind == EmbedKind::spectra ? embed_all_spectra(config, files, context)
                                    : embed_all_molecules(config, files, context);
}

std::string to_json(const EmbedReport& report) {
  return pretty({{"kind", report.kind == EmbedKind::spectra ? "spectra" : "molecules"},
                 {"model", report.model},
                 {"records", report.records},
                 {"rows", report.rows},
                 {"dim", report.dim},
                 {"without_vector", report.without},
                 {"ms1_scans", report.ms1_scans},
                 {"damaged_files", report.damaged_files}});
}

}  // namespace specbridge
