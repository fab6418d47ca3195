#include "specbridge/sample_embed.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "bridge/bridge.h"
#include "encode/vector_precision.h"
#include "ms/input_files.h"
#include "pipeline/samples/learned_codebook.h"
#include "pipeline/samples/sample_reader.h"
#include "pipeline/vectors/vector_table.h"
#include "samples/pool_sum.h"
#include "samples/sample_record.h"
#include "samples/sample_table.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/encoded/numpy_array.h"
#include "store/file.h"
#include "store/output_place.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// The files of samples or blanks; those that are named are looked at before any work.
std::vector<fs::path> sample_files(const std::vector<fs::path>& named,
                                   const SampleEmbedConfig& config, const RunContext& context) {
  if (std::ranges::find(named, fs::path("-")) != named.end()) {
    throw UsageError(
        "sample embed: a sample is named by its file, and standard input has no name; "
        "name files or folders");
  }
  const SpectraInputs inputs{named, config.format};
  for (const auto& path : named) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) check_readable(path);
  }
  return named_files(inputs, context);
}

void check_options(const SampleEmbedConfig& config) {
  check_vectors_name(config.out);
  if (config.codebook && !needs_codebook(config.pool)) {
    throw UsageError(
        fmt::format("--codebook is for --pool codebook, words or precursors; leave it "
                    "out of --pool {}",
                    to_string(config.pool)));
  }
}

/// Whether the run learns a codebook, and writes it.
bool learns(const SampleEmbedConfig& config) {
  return needs_codebook(config.pool) && !config.codebook;
}

void claim_sample_outputs(const SampleEmbedConfig& config, const std::vector<fs::path>& files,
                          const RunContext& context) {
  auto inputs = files;
  if (needs_model(config.pool)) inputs.push_back(config.model);
  if (config.codebook) inputs.push_back(*config.codebook);
  std::vector<Output> outputs;
  for (const auto& path :
       {config.out, sample_table_beside(config.out), sample_record_beside(config.out)}) {
    outputs.push_back({path, config.existing});
  }
  if (learns(config)) outputs.push_back({codebook_beside(config.out), config.existing});
  claim_outputs(outputs, inputs, context);
}

/// The codebook of an earlier run. @throws UsageError when it does not fit
Codebook given_codebook(const SampleEmbedConfig& config, const Bridge* model) {
  Codebook codebook = read_codebook(*config.codebook);
  const std::string file = config.codebook->string();
  if (codebook.pool != config.pool) {
    throw UsageError(fmt::format("{}: is for --pool {}, not {}", file, to_string(codebook.pool),
                                 to_string(config.pool)));
  }
  if (model != nullptr && codebook.model != model->fingerprint()) {
    throw UsageError(
        fmt::format("{}: is of vectors of another model ({}, not {}); {}", file,
                    short_identity(codebook.model), short_identity(model->fingerprint()),
                    remedy(codebook.model, model->fingerprint(),
                           "name that model with --model, or learn another codebook")));
  }
  if (model != nullptr && codebook.centres.cols() != model->dim() * model->members()) {
    throw UsageError(fmt::format("{}: its centres are not as long as vectors of the model", file));
  }
  return codebook;
}

std::string counts_in_words(const std::map<std::string, std::size_t>& counts) {
  std::string text;
  for (const auto& [status, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, status);
  }
  return text;
}

/// Says why a sample has no row, if it has none, and else what was left out.
void describe_sample(const SampleCounts& counts, Sample& sample) {
  sample.spectra = counts.spectra;
  sample.used = counts.used;
  sample.in_blanks = counts.in_blanks;
  sample.message = counts_in_words(counts.unusable);
  if (!counts.error.empty()) {
    sample.status = "unreadable";
    sample.message = counts.error;
  } else if (counts.spectra == 0) {
    sample.status = "no_ms2";
    sample.message = "holds no MS2 spectrum";
  } else if (counts.used == 0 && counts.in_blanks > 0) {
    sample.status = "only_blank";
    sample.message = "all spectra that can be used are in the blanks, too";
  } else if (counts.used == 0) {
    sample.status = "no_spectra";
    sample.message = "no spectrum can be used: " + sample.message;
  }
}

void add_counts(const SampleCounts& counts, SampleEmbedReport& report) {
  report.spectra += counts.spectra;
  report.used += counts.used;
  report.in_blanks += counts.in_blanks;
  report.ms1_scans += counts.ms1_scans;
  for (const auto& [status, count] : counts.unusable) report.unusable[status] += count;
}

/// The files of a run, which appear when all of them are whole.
class SampleFiles {
 public:
  SampleFiles(const SampleEmbedConfig& config, std::size_t width)
      : config_(config),
        width_(width),
        ids_(sample_table_beside(config.out), config.existing),
        vectors_(config.out, config.existing) {
    ids_.write(kSampleColumns);
    vectors_.write(npy_header(0, width));
  }

  void add(Sample& sample, std::span<const float> row) {
    if (sample.status == "ok") {
      sample.row = rows_++;
      const auto bytes = std::as_bytes(row);
      vectors_.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    ids_.write(sample_line(sample));
  }

  std::size_t rows() const { return rows_; }

  /// The record appears last: what stands beside another record is refused.
  void publish(SampleRecord record, const Json& facts) {
    vectors_.rewrite_start(npy_header(rows_, width_));
    vectors_.seal();
    ids_.commit();
    vectors_.commit();
    record.vectors_sha256 = sha256_of_file(config_.out);
    record.ids_sha256 = sha256_of_file(sample_table_beside(config_.out));
    Json json = to_json(record);
    json.update(facts);
    write_file(sample_record_beside(config_.out), pretty(json), config_.existing);
  }

 private:
  const SampleEmbedConfig& config_;
  std::size_t width_, rows_ = 0;
  StagedFile ids_, vectors_;
};

void pool_samples(const std::vector<fs::path>& files, const SampleReader& reader,
                  const PoolBasis& basis, const RunContext& context, SampleFiles& out,
                  SampleEmbedReport& report) {
  const auto names = sample_names(files);
  std::string first_reason;
  for (std::size_t i = 0; i < files.size(); ++i) {
    context.progress("pooling samples", i, files.size());
    PoolSum sum(basis);
    const SampleCounts counts = reader.read(files[i], SpectrumVectors::make,
                                            [&](const Query& query, std::span<const float> vector) {
                                              sum.add(query.spectrum, vector);
                                            });
    Sample sample{names[i], files[i]};
    describe_sample(counts, sample);
    add_counts(counts, report);
    const bool whole = sample.status == "ok";
    out.add(sample, whole ? sum.row() : std::vector<float>());
    if (whole) continue;
    ++report.without[sample.status];
    context.warning(
        fmt::format("{}: no row ({}): {}", files[i].string(), sample.status, sample.message));
    if (first_reason.empty()) first_reason = sample.message;
  }
  report.samples = files.size();
  report.rows = out.rows();
  if (out.rows() > 0) return;
  throw InputError({files.front().string(), 0},
                   fmt::format("none of {} has a spectrum that can be used (first: {})",
                               counted(files.size(), "sample"), first_reason));
}

/// What learning and pooling share.
struct SampleParts {
  std::vector<fs::path> files, blank_files;
  std::optional<Bridge> model;
  Blanks blanks;
};

SampleParts open_parts(const SampleEmbedConfig& config, const RunContext& context) {
  SampleParts parts;
  parts.files = sample_files(config.inputs, config, context);
  sample_names(parts.files);
  parts.blank_files = sample_files(config.blanks, config, context);
  auto inputs = parts.files;
  inputs.insert(inputs.end(), parts.blank_files.begin(), parts.blank_files.end());
  claim_sample_outputs(config, inputs, context);
  if (needs_model(config.pool)) {
    parts.model.emplace(Bridge::load(config.model, context));
    const auto warning = warning_about(parts.model->training_data(), config.model.string());
    if (!warning.empty()) context.warning(warning);
  }
  const BlankRule rule{config.blank_tolerance, config.blank_shared_intensity};
  parts.blanks = SampleReader::read_blanks(parts.blank_files, rule, {config.format}, context);
  return parts;
}

/// What rows are made over, and its file, which is written where it was learned.
PoolBasis basis_of(const SampleEmbedConfig& config, const SampleParts& parts,
                   const SampleReader& reader, const RunContext& context, SampleRecord& record,
                   std::optional<StagedFile>& learned) {
  const Bridge* const model = reader.model();
  PoolBasis basis{config.pool, model != nullptr ? model->dim() * model->members() : 0, {}};
  if (config.codebook) {
    basis.codebook = given_codebook(config, model);
    record.codebook = *config.codebook;
    record.rule.codebook = sha256_of_file(*config.codebook);
  } else if (learns(config)) {
    basis.codebook = learn_codebook(reader, parts.files, parts.blanks,
                                    {config.pool, config.codes, config.least_samples}, context);
    const std::string text = codebook_text(basis.codebook);
    record.codebook = codebook_beside(config.out);
    record.rule.codebook = sha256(text);
    learned.emplace(*record.codebook, config.existing);
    learned->write(text);
    learned->seal();
  }
  record.rule.pool = config.pool;
  record.rule.width = basis.width();
  if (model != nullptr) record.rule.model = model->fingerprint();
  return basis;
}

Json report_json(const SampleEmbedReport& report) {
  return {{"pool", to_string(report.pool)},
          {"samples", report.samples},
          {"rows", report.rows},
          {"width", report.width},
          {"without_row", report.without},
          {"spectra", report.spectra},
          {"used", report.used},
          {"in_blanks", report.in_blanks},
          {"unusable", report.unusable},
          {"ms1_scans", report.ms1_scans},
          {"blank_spectra", report.blank_spectra},
          {"words_in_blanks", report.words_in_blanks}};
}

/// Words of the blanks, which no codebook that was learned here has.
std::size_t words_left_out(const SampleEmbedConfig& config, const Blanks& blanks) {
  const bool words = needs_codebook(config.pool) && config.pool != SamplePool::codebook;
  return words && learns(config) ? blanks.words(config.pool).size() : 0;
}

}  // namespace

SampleEmbedReport run_sample_embed(const SampleEmbedConfig& config, const RunContext& context) {
  check_options(config);
  const SampleParts parts = open_parts(config, context);
  const SampleReader reader(parts.model ? &*parts.model : nullptr, parts.blanks,
                            {config.format, config.in_flight}, context);
  SampleRecord record;
  record.blanks = parts.blank_files;
  record.blank_rule = {config.blank_tolerance, config.blank_shared_intensity};
  std::optional<StagedFile> learned;
  const PoolBasis basis = basis_of(config, parts, reader, context, record, learned);
  SampleEmbedReport report;
  report.pool = config.pool;
  report.width = basis.width();
  report.blank_spectra = parts.blanks.size();
  report.words_in_blanks = words_left_out(config, parts.blanks);
  SampleFiles out(config, basis.width());
  pool_samples(parts.files, reader, basis, context, out, report);
  if (learned) learned->commit();
  Json facts = report_json(report);
  facts["program"] = {{"name", "specbridge"}, {"version", program_version()}};
  if (learned) facts["seed"] = context.seed;
  out.publish(record, facts);
  return report;
}

std::string to_json(const SampleEmbedReport& report) {
  return pretty(report_json(report));
}

}  // namespace specbridge
