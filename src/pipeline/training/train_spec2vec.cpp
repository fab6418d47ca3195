#include "pipeline/training/train_spec2vec.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "bridge/training_data.h"
#include "encode/words/spectrum_words.h"
#include "encode/words/word_encoder.h"
#include "ms/input_files.h"
#include "pipeline/training/checked_spectra.h"
#include "pipeline/training/training_request.h"
#include "report/report.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "store/manifest.h"
#include "store/staging.h"
#include "train/random_streams.h"
#include "train/words/word_documents.h"
#include "train/words/word_training.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

const DirectoryKind kWordModel = {"model"};

/// What was read.
struct ReadWords {
  WordDocuments documents;
  std::map<std::string, std::size_t> adducts, instruments;  ///< spectra by them, where stated
  std::map<std::string, std::size_t> skipped;  ///< records that have no words, by reason
};

/// Words of the spectra of a chunk; those of the others are empty.
std::vector<std::vector<Word>> words_of_all(const std::vector<Query>& queries,
                                            const WordRules& rules, const RunContext& context) {
  std::vector<std::vector<Word>> words(queries.size());
  parallel_for(queries.size(), context.threads, [&](std::size_t i) {
    if (!queries[i].refusal) words[i] = words_of(queries[i].spectrum, rules);
  });
  return words;
}

void add_query(const Query& query, const std::vector<Word>& words, ReadWords& read) {
  if (query.refusal) {
    ++read.skipped[std::string(to_string(query.refusal->status))];
    return;
  }
  read.documents.add(words);
  if (query.ion.adduct) ++read.adducts[query.ion.adduct->name];
  const std::string instrument = one_line(trim(query.spectrum.instrument), 80);
  if (!instrument.empty()) ++read.instruments[instrument];
}

ReadWords read_words(const TrainConfig& config, TrainReport& report, const RunContext& context) {
  ReadWords read;
  const WordRules rules = word_rules(config.settings.words);
  QueryRules refusing;
  refusing.refusal = refusal_of_reference;
  QueryStream stream(files_of({config.spectra, config.format}, context), config.format,
                     std::move(refusing));
  for_each_chunk(stream, Structures::skip, context, [&](std::vector<Query>& queries) {
    const auto words = words_of_all(queries, rules, context);
    for (std::size_t i = 0; i < queries.size(); ++i) add_query(queries[i], words[i], read);
    context.progress("reading spectra", stream.queries(), 0);
  });
  if (stream.queries() == 0) throw nothing_read(stream, config.spectra.front());
  warn_of_skipped("training", read.skipped, report, context);
  return read;
}

/// Leaves out rare words, and says what there is to learn from.
void demand_words(const TrainConfig& config, WordDocuments& documents, TrainReport& report) {
  const std::size_t least = config.settings.words.least_spectra;
  const std::size_t left_out = documents.keep_frequent(least);
  const std::size_t occurrences = documents.occurrences();
  report.spectra = documents.size();
  report.words = WordFit{documents.words().size(), left_out, occurrences};
  if (report.words->words >= 2) return;
  const std::string found =
      left_out == 0 ? fmt::format("{} in {}", counted(report.words->words, "word"),
                                  counted(documents.size(), "spectrum", "spectra"))
                    : fmt::format("{} that at least {} have (least_spectra), {} others",
                                  counted(report.words->words, "word"),
                                  counted(least, "spectrum", "spectra"), with_thousands(left_out));
  throw InputError({config.spectra.front().string(), 0},
                   fmt::format("found {}; expected words that occur beside each other in many "
                               "spectra",
                               found));
}

WordTable table_of(const WordDocuments& documents, const WordSettings& settings, Matrix vectors) {
  return {word_rules(settings), settings.unknown_share, documents.words(), std::move(vectors)};
}

Json training_json(const TrainReport& report, const ReadWords& read, const TrainingData& data,
                   const RunContext& context) {
  return {{"steps", report.training.steps},
          {"final_loss", report.training.final_loss},
          {"trained_parameters", report.training.trained_parameters},
          {"words", to_json(*report.words)},
          {"seed", context.seed},
          {"adducts", read.adducts},
          {"data", to_json(data)}};
}

void write_model(const fs::path& dir, const TrainConfig& config, const Json& training,
                 std::size_t dim, const RunContext& context) {
  write_file(dir / "config.json", to_json(config.settings));
  ModelInfo info;
  info.objective = TrainingObjective::spec2vec;
  info.dim = dim;
  Manifest manifest = make_model_manifest(dir, info);
  manifest.json()["training"] = training;
  manifest.json()["made_by"]["command_line"] = context.command_line;
  manifest.write(dir);
}

}  // namespace

Json to_json(const WordFit& fit) {
  return {{"words", fit.words}, {"left_out", fit.left_out}, {"occurrences", fit.occurrences}};
}

TrainReport train_spec2vec(const TrainConfig& config, const RunContext& context) {
  claim_directory(config.out, kWordModel, inputs_of(config), config.existing, context);
  TrainingData data = announced_data(config);
  TrainReport report;
  ReadWords read = read_words(config, report, context);
  demand_words(config, read.documents, report);
  if (data.labels == SpectraLabels::shuffled_words) {
    context.warning("words are shuffled among the spectra: the model is a control");
    Random random = keyed_random(context.seed, Purpose::labels, 0);
    read.documents.shuffle_words(random);
  }
  StagedDirectory staging(config.out, kWordModel, config.existing);
  const fs::path &dir = staging.path(), encoder = dir / kSpectrumEncoderFolder;
  TrainedWords trained = train_words(read.documents, config.settings, context);
  report.training = trained.result;
  data.spectra = report.spectra;
  data.instruments = read.instruments;
  write_file(dir / kMetricsFile, trained.metrics);
  fs::create_directory(encoder);
  write_word_encoder(encoder,
                     table_of(read.documents, config.settings.words, std::move(trained.vectors)));
  write_model(dir, config, training_json(report, read, data, context), trained.result.dim, context);
  staging.commit();
  return report;
}

}  // namespace specbridge
