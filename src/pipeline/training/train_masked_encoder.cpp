#include "pipeline/training/train_masked_encoder.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "bridge/training_data.h"
#include "encode/spectrum_encoder.h"
#include "ms/input_files.h"
#include "pipeline/training/checked_spectra.h"
#include "pipeline/training/keeping_training.h"
#include "pipeline/training/kept_training.h"
#include "pipeline/training/training_request.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "store/manifest.h"
#include "store/staging.h"
#include "train/trainer.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

const DirectoryKind kEncoderKind = {"spectrum-encoder"};

/// Spectra as an encoder wants them, and what was said of them.
struct CleanedSpectra {
  std::vector<PeakRows> spectra;
  std::map<std::string, std::size_t> instruments;  ///< spectra by them, where stated
  std::map<std::string, std::size_t> skipped;      ///< records that it does not read, by reason
};

void add_queries(const std::vector<Query>& queries, const SpectrumEncoderInfo& info,
                 std::size_t threads, CleanedSpectra& read) {
  std::vector<PeakRows> cleaned(queries.size());
  parallel_for(queries.size(), threads, [&](std::size_t i) {
    if (!queries[i].refusal) cleaned[i] = info.clean(queries[i].spectrum);
  });
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].refusal) {
      ++read.skipped[std::string(to_string(queries[i].refusal->status))];
      continue;
    }
    read.spectra.push_back(std::move(cleaned[i]));
    const std::string instrument = one_line(trim(queries[i].spectrum.instrument), 80);
    if (!instrument.empty()) ++read.instruments[instrument];
  }
}

/// @param what "training", "validation" @throws InputError where none can be read as text
CleanedSpectra read_cleaned(std::string_view what, const SpectraInputs& inputs,
                            const SpectrumEncoderInfo& info, TrainReport& report,
                            const RunContext& context) {
  CleanedSpectra read;
  QueryRules rules;
  rules.refusal = [&](const Spectrum& spectrum) { return info.refusal(spectrum); };
  QueryStream stream(files_of(inputs, context), inputs.format, std::move(rules));
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    add_queries(queries, info, context.threads, read);
    context.progress("reading spectra", stream.queries(), 0);
  });
  if (stream.queries() == 0) throw nothing_read(stream, inputs.paths.front());
  warn_of_skipped(what, read.skipped, report, context);
  if (!read.spectra.empty()) return read;
  throw InputError({inputs.paths.front().string(), 0},
                   fmt::format("none of {} is a spectrum of electron ionisation with peaks, which "
                               "alone are read as text",
                               counted(stream.queries(), "record")));
}

void demand_text(const SpectrumEncoderInfo& info, const fs::path& dir) {
  if (info.text) return;
  throw UsageError(fmt::format(
      "{}: reads peaks, and hidden tokens are those of a text; expected an encoder that reads "
      "spectra as text, made by export_text_encoder.py",
      dir.string()));
}

/// What the manifest tells of an adaptation; an encoder that was adapted before tells of that, too.
void note_adaptation(const fs::path& dir, const TrainingResult& result, const TrainingData& data,
                     const RunContext& context) {
  Json adaptation = {{"objective", to_string(TrainingObjective::masked_tokens)},
                     {"steps", result.steps},
                     {"best_step", result.best_step},
                     {"final_loss", result.final_loss},
                     {"interrupted", result.interrupted},
                     {"seed", context.seed},
                     {"data", to_json(data)},
                     {"command_line", context.command_line}};
  if (result.best) adaptation["validation_loss"] = *result.best->loss;
  Manifest manifest = Manifest::open(dir, kEncoderKind.name);
  manifest.json()["adaptations"].push_back(std::move(adaptation));
  manifest.write(dir);
}

/// What `dir` holds is the encoder that is published, once it is kept.
TrainingResult train_kept_encoder(const MaskedTokenTraining& input, const TrainConfig& config,
                                  const TrainingData& data, KeptTraining& kept, const fs::path& dir,
                                  const RunContext& context) {
  return train_folder(kept, config, dir, [&] {
    const auto result = train_masked_tokens(input, config.settings, config.precision, dir, context,
                                            keeping_in(kept, config));
    note_adaptation(dir, result, data, context);
    return result;
  });
}

TrainReport train_encoder(const TrainConfig& config, const SpectrumEncoderInfo& info,
                          TrainingData data, JournalledDirectory& journal,
                          const RunContext& context) {
  KeptTraining kept(journal, context);
  check_finish(config, kept, journal);
  TrainReport report;
  CleanedSpectra train =
      read_cleaned("training", {config.spectra, config.format}, info, report, context);
  MaskedTokenTraining input{config.spectrum_encoder, std::move(train.spectra)};
  if (!config.validation.empty()) {
    input.validation =
        read_cleaned("validation", {config.validation, config.format}, info, report, context)
            .spectra;
  }
  report.spectra = data.spectra = input.spectra.size();
  report.validation_spectra = input.validation.size();
  data.instruments = std::move(train.instruments);
  report.training = train_kept_encoder(input, config, data, kept, journal.output(), context);
  journal.commit();
  return report;
}

}  // namespace

TrainReport train_masked_encoder(const TrainConfig& config, const RunContext& context) {
  claim_directory(config.out, kEncoderKind, inputs_of(config), config.existing, context);
  const SpectrumEncoderInfo info = describe_spectrum_encoder(config.spectrum_encoder);
  demand_text(info, config.spectrum_encoder);
  TrainingData data = announced_data(config);
  JournalledDirectory journal(
      config.out, kEncoderKind, config.existing, config.resume ? Begin::resume : Begin::anew,
      task_of(config, data, {{"spectrum encoder", info.fingerprint}}, context));
  return keeping_training(journal, config, [&] {
    return train_encoder(config, info, std::move(data), journal, context);
  });
}

}  // namespace specbridge
