#include "pipeline/indexing/intake.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "library/build/sorted_runs.h"
#include "specbridge/error.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// Counts the columns of a row that say something.
void count_kept(const std::vector<std::string>& columns, const std::vector<std::string>& values,
                IndexReport& report) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    report.kept[columns[i]] += values[i].empty() ? 0 : 1;
  }
}

/// What the report counts up to a run.
Json counts_of(const IndexReport& report) {
  return {{"read", report.read},
          {"rejected", report.rejected},
          {"reasons", report.reasons},
          {"kept", report.kept}};
}

void take_counts(const Json& counts, IndexReport& report) {
  report.read = counts.at("read");
  report.rejected = counts.at("rejected");
  report.reasons = counts.at("reasons").get<std::map<std::string, std::size_t>>();
  report.kept = counts.at("kept").get<std::map<std::string, std::size_t>>();
}

/// The runs that a journal is given, one after the other.
class RunSeries {
 public:
  RunSeries(JournalledDirectory& journal, IndexReport& report)
      : journal_(journal), report_(report) {
    for (const auto& step : journal.steps()) {
      if (step.contains("run")) take_over(step);
    }
  }

  bool complete() const noexcept { return complete_; }
  const std::vector<fs::path>& runs() const noexcept { return runs_; }
  void add(const StandardizedRecord& item, const std::vector<std::string>& columns) {
    ++report_.read;
    const auto& [record, result] = item;
    if (const auto* molecule = std::get_if<Molecule>(&result)) {
      run_.add({record.id, record.name, record.kept}, *molecule);
      count_kept(columns, record.kept, report_);
      return;
    }
    const auto& why = std::get<Rejection>(result);
    ++report_.rejected;
    ++report_.reasons[why.reason];
    rejects_ += rejects_line(record, why);
  }
  bool full() const noexcept { return run_.bytes() + rejects_.size() >= kRunBytes; }
  /// @param last whether the lists are at their end
  void write(bool last) {
    const std::string name = fmt::format("run-{:04}", runs_.size() + 1);
    const fs::path run = journal_.work() / name, rejects = journal_.work() / (name + ".rejects");
    run_.write(run);
    write_file(rejects, std::exchange(rejects_, {}));
    journal_.record({{"run", name}, {"last", last}, {"counts", counts_of(report_)}},
                    {run, rejects, journal_.work()});
    runs_.push_back(run);
    complete_ = last;
  }

 private:
  void take_over(const Json& step) {
    runs_.push_back(journal_.work() / step.at("run").get<std::string>());
    complete_ = step.at("last");
    take_counts(step.at("counts"), report_);
  }

  JournalledDirectory& journal_;
  IndexReport& report_;
  MoleculeRun run_;
  std::string rejects_;
  std::vector<fs::path> runs_;
  bool complete_ = false;
};

}  // namespace

std::string rejects_header() {
  return "file\tline\tid\tsmiles\treason\tmessage\n";
}

std::string rejects_line(const MoleculeRecord& record, const Rejection& why) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", one_line(record.origin.file), record.origin.line,
                     one_line(record.id, 256), one_line(record.smiles, 400), why.reason,
                     one_line(why.message, 300));
}

std::vector<fs::path> read_into_runs(const IndexConfig& config, ListRows rows,
                                     JournalledDirectory& journal, IndexReport& report,
                                     const RunContext& context) {
  RunSeries series(journal, report);
  if (series.complete()) return series.runs();
  if (!series.runs().empty()) {
    for (const auto& path : config.molecules) {
      if (path != "-") continue;
      throw UsageError(fmt::format(
          "index --resume: standard input cannot be read again from its beginning, and the run "
          "before had not read all of it; begin anew with --force, or name a file"));
    }
  }
  rows.first += report.read;
  const auto consume = [&](std::span<StandardizedRecord> chunk) {
    for (const auto& item : chunk) series.add(item, config.keep);
    if (series.full()) series.write(false);
  };
  standardize_tables(config.molecules, context, consume, config.keep, rows);
  series.write(true);
  return series.runs();
}

std::vector<fs::path> rejects_of(const JournalledDirectory& journal) {
  std::vector<fs::path> files;
  for (const char* kind : {"run", "shard", "tail"}) {
    for (const auto& step : journal.steps()) {
      if (!step.contains(kind)) continue;
      files.push_back(journal.work() / (step.at(kind).get<std::string>() + ".rejects"));
    }
  }
  return files;
}

}  // namespace specbridge
