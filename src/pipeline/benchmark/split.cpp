#include "specbridge/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "ms/input_files.h"
#include "pipeline/benchmark/labelled_record.h"
#include "pipeline/benchmark/molecule_groups.h"
#include "pipeline/benchmark/part_files.h"
#include "report/report.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/version.h"
#include "store/file.h"
#include "store/output_place.h"
#include "store/paths.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr int kSplitVersion = 1;
constexpr std::size_t kMostParts = 100;
constexpr const char* kRejects = "rejects.tsv";

/// Whether a name is that of a part: such files may be replaced with the folder.
bool is_part_name(std::string_view name) {
  return name.find('/') == std::string_view::npos &&
         (name.ends_with(".mgf") || name.ends_with(".mgf.gz") || name.ends_with(".tsv") ||
          name.ends_with(".tsv.gz"));
}

const DirectoryKind kSplit = {"split", {"split.json", kRejects}, is_part_name};

std::string_view name_of(SplitBy by) {
  return by == SplitBy::formula ? "formula" : by == SplitBy::structure ? "structure" : "fold";
}

/// A record that comes into a part, with what is counted of it.
struct DealtRecord {
  KeptRecord place;  ///< its part is set when all were read
  std::size_t dealt = 0;
  std::size_t structure = 0, formula = 0;  ///< numbers of texts, from 1; 0: none
};

/// Numbers of texts, from 1.
class TextNumbersFromOne {
 public:
  std::size_t of(const std::string& text) {
    return numbers_.try_emplace(text, numbers_.size() + 1).first->second;
  }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
};

/// What was read of all spectra.
struct ReadSpectra {
  std::vector<DealtRecord> records;
  MoleculeGroups groups;             ///< of formulas or structures
  std::set<std::string> folds;       ///< those that are stated
  std::vector<std::string> fold_of;  ///< by record, of folds only
  std::string rejects = "file\tline\tquery_index\treason\tmessage\n";
  std::vector<SpectrumFormat> formats;  ///< by file
  SplitReport report;
};

/// Why a record comes into no part.
std::optional<Refusal> refused(const Query& query, SplitBy by) {
  auto why = why_unlabelled(query);
  if (by == SplitBy::fold && why && why->status != Status::bad_record) why.reset();
  return why;
}

class SpectraSorter {
 public:
  SpectraSorter(SplitBy by, ReadSpectra& read) : by_(by), read_(read) {}

  void add(const Query& query) {
    ++read_.report.spectra;
    if (const auto why = refused(query, by_)) {
      reject(query, to_string(why->status), why->message);
    } else if (by_ == SplitBy::fold && query.spectrum.fold.empty()) {
      reject(query, "no_fold", "the record states no FOLD");
    } else {
      keep(query);
    }
  }

 private:
  void reject(const Query& query, std::string_view reason, std::string_view message) {
    ++read_.report.left[std::string(reason)];
    const SourcePos& origin = query.spectrum.origin;
    read_.rejects += fmt::format("{}\t{}\t{}\t{}\t{}\n", one_line(recorded(origin.file)),
                                 origin.line, query.name.index, reason, one_line(message));
  }

  void keep(const Query& query) {
    DealtRecord record{
        {query.place.file, query.spectrum.origin.line, query.place.record, 0}, 0, 0, 0};
    const auto* molecule = query.structure ? query.structure->molecule() : nullptr;
    if (molecule != nullptr) {
      const std::string formula = parted_formula(*molecule);
      record.structure = structures_.of(molecule->inchikey14());
      record.formula = formulas_.of(formula);
      std::vector<std::string> keys = {molecule->inchikey14()};
      if (by_ == SplitBy::formula) keys = {formula, "structure " + molecule->inchikey14()};
      if (by_ != SplitBy::fold) record.dealt = read_.groups.add(keys);
    }
    if (by_ == SplitBy::fold) {
      read_.fold_of.push_back(query.spectrum.fold);
      read_.folds.insert(query.spectrum.fold);
    }
    read_.records.push_back(record);
  }

  SplitBy by_;
  ReadSpectra& read_;
  TextNumbersFromOne structures_, formulas_;
};

ReadSpectra read_all(const std::vector<fs::path>& files, const SplitConfig& config,
                     const RunContext& context) {
  ReadSpectra read;
  SpectraSorter sorter(config.by, read);
  QueryStream stream(files, config.format);
  for_each_chunk(stream, Structures::read, context, [&](std::vector<Query>& queries) {
    for (const auto& query : queries) sorter.add(query);
    context.progress("reading spectra", stream.queries(), 0);
  });
  if (stream.queries() == 0) throw nothing_read(stream, config.spectra.front());
  if (read.records.empty()) {
    throw InputError({config.spectra.front().string(), 0},
                     fmt::format("none of {} can be put into a part: {}",
                                 counted(read.report.spectra, "spectrum", "spectra"),
                                 counts_text(read.report.left)));
  }
  for (const auto& file : stream.files())
    read.formats.push_back(parse_spectrum_format(file.format));
  read.report.ms1_scans = stream.ms1_scans();
  return read;
}

/// Names of parts are names of files.
void check_part_name(std::string_view name, std::string_view of) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  const bool good = !name.empty() && name.size() <= 60 && name.front() != '.' &&
                    name != "rejects" && name.find_first_not_of(kAllowed) == std::string_view::npos;
  if (good) return;
  const std::string message =
      fmt::format("{}: \"{}\" cannot name a file; expected letters, digits, -, _ and .", of,
                  one_line(name, 80));
  if (of == "--names") throw UsageError(message);
  throw InputError(message);
}

std::vector<std::string> names_of_parts(const SplitConfig& config) {
  const std::size_t parts = config.shares.size();
  if (config.names.empty()) {
    if (parts == 3) return {"train", "validation", "test"};
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= parts; ++i) names.push_back(fmt::format("part-{}", i));
    return names;
  }
  for (const auto& name : config.names) check_part_name(name, "--names");
  const std::set<std::string> distinct(config.names.begin(), config.names.end());
  if (config.names.size() != parts || distinct.size() != parts) {
    throw UsageError(fmt::format("--names: found {}, expected {} different ones, as --parts has",
                                 counted(distinct.size(), "name"), parts));
  }
  return config.names;
}

void check_config(const SplitConfig& config) {
  if (std::ranges::find(config.spectra, fs::path("-")) != config.spectra.end()) {
    throw UsageError("split: \"-\" cannot be split: spectra are read twice; name a file");
  }
  if (config.by == SplitBy::fold) {
    if (!config.names.empty()) {
      throw UsageError(
          "split: the parts of --by fold have the names of the folds; leave out "
          "--names");
    }
    return;
  }
  names_of_parts(config);
}

/// Sets the part of every record; the names of the parts.
std::vector<std::string> deal_records(const SplitConfig& config, ReadSpectra& read,
                                      std::uint64_t seed) {
  if (config.by != SplitBy::fold) {
    const auto part_of = read.groups.deal(config.shares, seed);
    for (auto& record : read.records) record.place.part = part_of[record.dealt];
    return names_of_parts(config);
  }
  std::vector<std::string> names;
  for (const auto& fold : read.folds) {
    check_part_name(fold, config.spectra.front().string() + ": FOLD");
    names.push_back(fold);
  }
  if (names.size() < 2 || names.size() > kMostParts) {
    throw InputError({config.spectra.front().string(), 0},
                     fmt::format("states {} (\"{}\" for one), expected 2 to {} to part by; part "
                                 "--by formula or structure",
                                 counted(names.size(), "fold"), names.front(), kMostParts));
  }
  for (std::size_t i = 0; i < read.records.size(); ++i) {
    const auto place = std::ranges::lower_bound(names, read.fold_of[i]);
    read.records[i].place.part = static_cast<std::size_t>(place - names.begin());
  }
  return names;
}

/// How many numbers are in several of the sets.
std::size_t shared(const std::vector<std::unordered_set<std::size_t>>& sets) {
  std::unordered_map<std::size_t, std::size_t> holders;
  for (const auto& set : sets) {
    for (const std::size_t number : set) ++holders[number];
  }
  return static_cast<std::size_t>(
      std::ranges::count_if(holders, [](const auto& entry) { return entry.second > 1; }));
}

void count_parts(const ReadSpectra& read, const std::vector<std::string>& names,
                 const PartForm& form, SplitReport& report) {
  std::vector<std::unordered_set<std::size_t>> structures(names.size()), formulas(names.size());
  for (const auto& name : names) report.parts.push_back({name, name + form.ending()});
  for (const auto& record : read.records) {
    const std::size_t part = record.place.part;
    ++report.parts[part].spectra;
    if (record.structure == 0) {
      ++report.parts[part].without_structure;
    } else {
      structures[part].insert(record.structure);
      formulas[part].insert(record.formula);
    }
  }
  for (std::size_t part = 0; part < names.size(); ++part) {
    report.parts[part].structures = structures[part].size();
    report.parts[part].formulas = formulas[part].size();
  }
  report.shared_structures = shared(structures);
  report.shared_formulas = shared(formulas);
}

void check_no_part_is_empty(const SplitConfig& config, ReadSpectra& read,
                            const SplitReport& report) {
  for (const auto& part : report.parts) {
    if (part.spectra > 0) continue;
    throw InputError(
        {config.spectra.front().string(), 0},
        fmt::format("{} would be empty: {} of {} are too few, or too unequal, for {} parts; name "
                    "fewer parts, other shares or another --seed",
                    part.name, counted(read.groups.groups(), std::string(name_of(config.by))),
                    counted(read.records.size(), "spectrum", "spectra"), report.parts.size()));
  }
}

Json json_of(const SplitReport& report) {
  Json parts = Json::array();
  for (const auto& part : report.parts) {
    parts.push_back({{"name", part.name},
                     {"file", part.file},
                     {"spectra", part.spectra},
                     {"structures", part.structures},
                     {"formulas", part.formulas},
                     {"sha256", part.sha256}});
    if (part.without_structure > 0) parts.back()["without_structure"] = part.without_structure;
  }
  return {{"spectra", report.spectra},
          {"left_out", report.left},
          {"ms1_scans", report.ms1_scans},
          {"parts", std::move(parts)},
          {"in_several_parts",
           {{"structures", report.shared_structures}, {"formulas", report.shared_formulas}}}};
}

std::string record_of(const SplitConfig& config, const std::vector<fs::path>& files,
                      const SplitReport& report, const RunContext& context) {
  Json json = json_of(report);
  json["schema_version"] = kSplitVersion;
  json["program"] = "specbridge";
  json["version"] = program_version();
  json["command_line"] = context.command_line;
  json["by"] = name_of(config.by);
  if (config.by != SplitBy::fold) {
    json["shares"] = config.shares;
    json["seed"] = context.seed;
  }
  json["inputs"] = Json::array();
  for (const auto& input : fingerprints("spectra", files)) {
    json["inputs"].push_back({{"path", input.path}, {"sha256", input.sha256}});
  }
  return pretty(json);
}

}  // namespace

std::vector<double> parse_shares(std::string_view text) {
  std::vector<double> shares;
  for (const auto part : split(text, ':')) {
    const auto number = parse_number(trim(part));
    constexpr double kLargest = 1e9;
    if (!number || !(*number > 0) || *number > kLargest) {
      shares.clear();
      break;
    }
    shares.push_back(*number);
  }
  if (shares.size() < 2 || shares.size() > kMostParts) {
    throw UsageError(fmt::format(
        "--parts: found \"{}\", expected 2 to {} positive numbers with colons between them, as in "
        "8:1:1",
        one_line(text, 80), kMostParts));
  }
  return shares;
}

SplitReport run_split(const SplitConfig& config, const RunContext& context) {
  check_config(config);
  const auto files = files_of({config.spectra, config.format}, context);
  claim_directory(config.out, kSplit, files, config.existing, context);
  ReadSpectra read = read_all(files, config, context);
  const auto names = deal_records(config, read, context.seed);
  const PartForm form = part_form_of(files, read.formats);
  SplitReport report = std::move(read.report);
  count_parts(read, names, form, report);
  check_no_part_is_empty(config, read, report);
  StagedDirectory staging(config.out, kSplit, config.existing);
  std::vector<KeptRecord> records;
  for (const auto& record : read.records) records.push_back(record.place);
  std::vector<fs::path> paths;
  for (const auto& part : report.parts) paths.push_back(staging.path() / part.file);
  write_parts(files, form, records, paths, context);
  for (std::size_t i = 0; i < paths.size(); ++i) report.parts[i].sha256 = sha256_of_file(paths[i]);
  write_file(staging.path() / kRejects, read.rejects);
  write_file(staging.path() / "split.json", record_of(config, files, report, context));
  staging.commit();
  return report;
}

std::string to_json(const SplitReport& report) {
  return pretty(json_of(report));
}

}  // namespace specbridge
