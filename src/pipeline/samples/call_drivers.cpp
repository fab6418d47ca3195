#include "pipeline/samples/call_drivers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "bridge/bridge.h"
#include "encode/vector_precision.h"
#include "ms/input_files.h"
#include "pipeline/samples/sample_reader.h"
#include "samples/cohort_figures.h"
#include "samples/pool_sum.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// A spectrum of a sample and what it brings to its decision.
struct Driver {
  double part = 0;  ///< before it is divided by the sum of the weights
  std::string query_id;
  std::size_t query_index = 0;
  double precursor_mz = 0;
  std::optional<double> retention_time;
};

/// The largest of any number of parts.
class LargestParts {
 public:
  explicit LargestParts(std::size_t most) : most_(most) {}

  void add(double part, const Query& query) {
    if (!(part > 0) || (drivers_.size() == most_ && !(part > drivers_.back().part))) return;
    const auto place = std::ranges::upper_bound(drivers_, part, std::greater(), &Driver::part);
    drivers_.insert(place,
                    {part, query.name.id, query.name.index, query.spectrum.precursor_mz.value_or(0),
                     query.spectrum.retention_time});
    if (drivers_.size() > most_) drivers_.pop_back();
  }

  const std::vector<Driver>& drivers() const { return drivers_; }

 private:
  std::size_t most_;
  std::vector<Driver> drivers_;
};

/// The file of each sample of the cohort. @throws InputError when the user named others
std::vector<fs::path> files_of_samples(const SampleTable& table, const Cohort& cohort,
                                       const std::vector<fs::path>& named,
                                       const RunContext& context) {
  std::vector<fs::path> files;
  if (named.empty()) {
    for (const auto sample : cohort.samples) files.push_back(table.samples[sample].file);
    return files;
  }
  const auto found = files_of({named, {}}, context);
  const auto names = sample_names(found);
  for (const auto sample : cohort.samples) {
    const auto& name = table.samples[sample].name;
    const auto place = std::ranges::find(names, name);
    if (place == names.end()) {
      throw InputError({found.front().string(), 0},
                       fmt::format("and the other --spectra hold no file of sample \"{}\"; name "
                                   "the runs of all samples",
                                   one_line(name, 80)));
    }
    files.push_back(found[static_cast<std::size_t>(place - names.begin())]);
  }
  return files;
}

/// What reading the spectra again takes.
struct DriverParts {
  std::vector<fs::path> files;
  std::optional<Bridge> model;
  PoolBasis basis;
  Blanks blanks;
  std::size_t most = 0;  ///< spectra of a sample
};

/// Why the spectra cannot be had; the parts hold all that is needed where there is no reason.
std::string open_parts_of(const SampleTable& table, const DriverSources& sources,
                          const RunContext& context, DriverParts& parts) {
  std::error_code ignored;
  const auto& [rule, codebook, blanks, blank_rule, vectors_sum, ids_sum] = table.record;
  auto needed = parts.files;
  needed.insert(needed.end(), blanks.begin(), blanks.end());
  if (codebook) needed.push_back(*codebook);
  for (const auto& file : needed) {
    if (!fs::exists(file, ignored)) {
      return fmt::format("{} is not there any more; --spectra names the runs", file.string());
    }
  }
  if (codebook && sha256_of_file(*codebook) != rule.codebook) {
    return fmt::format("{} is not the codebook of the samples", codebook->string());
  }
  parts.basis.pool = rule.pool;
  if (codebook) parts.basis.codebook = read_codebook(*codebook);
  if (needs_model(rule.pool)) {
    if (sources.model.empty()) return "no model is at hand; name it with --model";
    parts.model.emplace(Bridge::load(sources.model, context));
    if (parts.model->fingerprint() != rule.model) {
      return fmt::format("{} is not the model of the samples ({}); {}", sources.model.string(),
                         short_identity(rule.model),
                         remedy(rule.model, parts.model->fingerprint(), "name that with --model"));
    }
    parts.basis.dim = parts.model->dim() * parts.model->members();
  }
  parts.blanks = SampleReader::read_blanks(blanks, blank_rule, {}, context);
  return {};
}

std::string driver_lines(const Sample& sample, const std::string& call, double weights,
                         const std::vector<Driver>& drivers) {
  std::string text;
  for (std::size_t i = 0; i < drivers.size(); ++i) {
    const auto& [part, id, index, mz, time] = drivers[i];
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", one_line(sample.name), one_line(call),
                        i + 1, one_line(id), index, shortest(mz),
                        time ? shortest(*time) : std::string(), shortest(part / weights));
  }
  return text;
}

/// A cohort and what called it.
struct CalledCohort {
  const SampleTable& table;
  const Cohort& cohort;
  const Classifier& classifier;

  const Sample& sample(std::size_t number) const { return table.samples[cohort.samples[number]]; }
};

/// Adds the lines of a sample. @return whether its file is as it was
bool add_sample_drivers(const CalledCohort& called, std::size_t number, const SampleReader& reader,
                        const DriverParts& parts, CallDrivers& found) {
  const auto row = called.cohort.rows.row(number);
  const std::size_t call = called_class(called.classifier.chances_of(row));
  const RowScore score{called.classifier.weights_of_row(call), called.classifier.means};
  LargestParts largest(parts.most);
  double weights = 0;
  const auto counts = reader.read(
      parts.files[number], SpectrumVectors::make,
      [&](const Query& query, std::span<const float> vector) {
        const double weight = weight_in_sample(query.spectrum, parts.basis.pool);
        const double part = part_in_score(parts.basis, query.spectrum, vector, row, score);
        weights += weight;
        largest.add(weight * part, query);
      });
  const Sample& sample = called.sample(number);
  if (counts.used != sample.used || !counts.error.empty()) return false;
  found.table += driver_lines(sample, called.cohort.classes[call], weights, largest.drivers());
  found.spectra += largest.drivers().size();
  return true;
}

/// All lines, or why there is none.
CallDrivers listed_drivers(const CalledCohort& called, const DriverParts& parts,
                           std::size_t in_flight, const RunContext& context) {
  const SampleReader reader(parts.model ? &*parts.model : nullptr, parts.blanks, {{}, in_flight},
                            context);
  CallDrivers found;
  found.table = "sample\tcall\trank\tquery_id\tquery_index\tprecursor_mz\tretention_time\tpart\n";
  for (std::size_t i = 0; i < called.cohort.size(); ++i) {
    context.progress("looking for drivers", i, called.cohort.size());
    if (add_sample_drivers(called, i, reader, parts, found)) continue;
    return {{},
            0,
            fmt::format("{} is not as it was when the samples were made; embed them again",
                        parts.files[i].string())};
  }
  return found;
}

}  // namespace

CallDrivers list_drivers(const SampleTable& table, const Cohort& cohort,
                         const Classifier& classifier, const DriverSources& sources,
                         const RunContext& context) {
  DriverParts parts;
  parts.most = sources.most;
  parts.files = files_of_samples(table, cohort, sources.spectra, context);
  CallDrivers found;
  found.missing = open_parts_of(table, sources, context, parts);
  if (found.missing.empty()) {
    found = listed_drivers({table, cohort, classifier}, parts, sources.in_flight, context);
  }
  if (!found.missing.empty() && !sources.spectra.empty()) {
    throw UsageError("--spectra: " + found.missing);
  }
  return found;
}

}  // namespace specbridge
