#include "specbridge/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "chem/molecule.h"
#include "library/build/library_root.h"
#include "library/build/merged_shards.h"
#include "library/layout.h"
#include "pipeline/indexing/intake.h"
#include "pipeline/indexing/keeping_work.h"
#include "pipeline/indexing/shard_steps.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/file.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

const DirectoryKind kMergedLibrary = {"library"};

/// A library to be merged, with what it states of itself.
struct Source {
  fs::path dir;
  ShardRules rules;
  LibraryOrigin origin;
};

Source source_of(const fs::path& dir) {
  const Manifest manifest = Manifest::open(dir, "library");
  return {dir, rules_of(manifest), origin_of(manifest)};
}

/// Parts of one run in their order; other libraries as they were named. @throws UsageError when
/// parts are missing, given twice, or mixed with others
std::vector<Source> in_order(std::vector<Source> sources) {
  const auto is_part = [](const Source& source) { return source.origin.part.has_value(); };
  if (std::ranges::none_of(sources, is_part)) return sources;
  if (sources.size() == 1 && sources.front().origin.part->of > 1) {
    throw UsageError(fmt::format("{}: is part {} of {}; merge all of them",
                                 sources.front().dir.string(), sources.front().origin.part->number,
                                 sources.front().origin.part->of));
  }
  for (const auto& source : sources) {
    if (is_part(source) && source.origin.part->of == sources.size() &&
        source.origin.inputs == sources.front().origin.inputs) {
      continue;
    }
    throw UsageError(fmt::format(
        "{}: {}; expected the parts of one run, all of them and nothing else", source.dir.string(),
        !is_part(source)
            ? "is no part of a run"
            : fmt::format("is part {} of {}, {} given{}", source.origin.part->number,
                          source.origin.part->of,
                          sources.size() == 1 ? "1 is" : fmt::format("{} are", sources.size()),
                          source.origin.inputs == sources.front().origin.inputs
                              ? ""
                              : ", and was made of other lists")));
  }
  std::ranges::sort(sources, {}, [](const Source& source) { return source.origin.part->number; });
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].origin.part->number == i + 1) continue;
    throw UsageError(fmt::format("{}: part {} is given twice, or another is missing",
                                 sources[i].dir.string(), sources[i].origin.part->number));
  }
  return sources;
}

/// @throws ArtifactError unless rows of all can lie in one library
void check_alike(const std::vector<Source>& sources) {
  const ShardRules& first = sources.front().rules;
  for (const Source& source : sources) {
    const ShardRules& rules = source.rules;
    const auto differs = [&](const char* what, const auto& here, const auto& there) {
      if (here == there) return;
      throw ArtifactError(
          fmt::format("{}: its {} is {}, that of {} is {}; expected libraries made in the same way",
                      source.dir.string(), what, here, sources.front().dir.string(), there));
    };
    differs("molecule encoder", rules.molecule_encoder_fingerprint,
            first.molecule_encoder_fingerprint);
    differs("type of rows", to_string(rules.row_type), to_string(first.row_type));
    differs("number of dimensions", rules.dim, first.dim);
    differs("index for --open", rules.index, first.index);
    differs("number of rows in a shard", rules.shard_rows, first.shard_rows);
    differs("list of kept columns", fmt::format("\"{}\"", fmt::join(rules.further_columns, ", ")),
            fmt::format("\"{}\"", fmt::join(first.further_columns, ", ")));
  }
}

/// The counts of all. The lists of parts are those of one run.
LibraryOrigin joined_origin(const std::vector<Source>& sources, const MergeReport& report) {
  LibraryOrigin all;
  for (const auto& source : sources) {
    const LibraryOrigin& one = source.origin;
    all.read += one.read;
    all.duplicates += one.duplicates;
    all.rejected += one.rejected;
    all.without_vector += one.without_vector;
    all.removed += one.removed;
    if (one.part && !all.inputs.empty()) continue;
    all.inputs.insert(all.inputs.end(), one.inputs.begin(), one.inputs.end());
  }
  all.duplicates += report.duplicates;
  all.removed += report.removed;
  return all;
}

/// A line of rejects.tsv by its fields.
bool has_no_vector(const std::string& line) {
  const auto fields = split(line, '\t');
  return fields.size() > 4 && fields[4] == kNoVector;
}

double mass_of_rejected(const std::string& line) {
  const auto fields = split(line, '\t');
  const auto molecule = standardize(std::string(fields[3]));
  const auto* found = std::get_if<Molecule>(&molecule);
  return found == nullptr ? 0 : found->exact_mass();
}

/// rejects.tsv of all: rows that are no molecules in the order of the lists, then molecules without
/// a vector in the order of rows, as one run writes them.
void write_joined_rejects(const std::vector<Source>& sources, const fs::path& out) {
  StagedFile file(out, Existing::replace);
  file.write(rejects_header());
  std::vector<std::pair<double, std::string>> without_vector;
  for (const auto& source : sources) {
    const std::string text = read_file(source.dir / layout::kRejects);
    for (const auto part : split(std::string_view(text).substr(rejects_header().size()), '\n')) {
      const std::string line(part);
      if (line.empty()) continue;
      if (has_no_vector(line)) {
        without_vector.emplace_back(mass_of_rejected(line), line);
      } else {
        file.write(line + "\n");
      }
    }
  }
  std::ranges::stable_sort(without_vector, {}, &std::pair<double, std::string>::first);
  for (const auto& [mass, line] : without_vector) file.write(line + "\n");
  file.commit();
}

MergeReport merge(const std::vector<Source>& sources, const std::vector<Library>& libraries,
                  JournalledDirectory& journal, const RunContext& context) {
  const ShardRules& rules = sources.front().rules;
  std::size_t rows = 0;
  MergeReport report;
  for (const auto& library : libraries) {
    rows += library.molecules();
    report.removed += library.removed().size();
  }
  JournalledShards shards(journal, rules, 0);
  MergedShards merged(libraries);
  merged.skip(shards.progress().consumed);
  constexpr std::size_t kReportEvery = 65536;
  while (const auto next = merged.next()) {
    if (merged.read() % kReportEvery == 0) {
      context.check_interrupt();
      context.progress("merging", merged.read(), rows);
    }
    shards.add(next->molecule, next->row, context);
  }
  shards.finish(context);
  report.duplicates = merged.duplicates();
  report.rows = rows - report.duplicates;
  write_joined_rejects(sources, journal.output() / layout::kRejects);
  write_library_root(journal.output(), rules, joined_origin(sources, report));
  journal.commit();
  return report;
}

}  // namespace

MergeReport run_merge(const MergeConfig& config, const RunContext& context) {
  if (config.libraries.empty()) throw UsageError("merge: expected library directories");
  claim_directory(config.out, kMergedLibrary, config.libraries, config.existing, context);
  std::vector<Source> sources;
  for (const auto& dir : config.libraries) sources.push_back(source_of(dir));
  sources = in_order(std::move(sources));
  check_alike(sources);
  std::vector<Library> libraries;
  Json task = {{"verb", "merge"}, {"program", program_version()}, {"libraries", Json::array()}};
  for (const auto& source : sources) {
    libraries.push_back(Library::open(source.dir));
    task["libraries"].push_back(libraries.back().fingerprint());
  }
  JournalledDirectory journal(config.out, kMergedLibrary, config.existing,
                              config.resume ? Begin::resume : Begin::anew, task);
  return keeping_work(journal, [&] { return merge(sources, libraries, journal, context); });
}

std::string to_json(const MergeReport& report) {
  return pretty(
      {{"molecules", report.rows}, {"duplicates", report.duplicates}, {"removed", report.removed}});
}

}  // namespace specbridge
