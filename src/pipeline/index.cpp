#include "specbridge/index.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "bridge/model_manifest.h"
#include "chem/tables/column_names.h"
#include "chem/tables/standardised_rows.h"
#include "encode/molecule_encoder.h"
#include "library/build/library_writer.h"
#include "library/build/sorted_molecules.h"
#include "library/library.h"
#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "store/file.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kEncodeRows = 4096;  // molecules encoded at a time

const DirectoryKind kLibrary = {"library"};

std::vector<fs::path> inputs_of(const IndexConfig& config) {
  auto inputs = config.molecules;
  for (const auto& folder : {config.encoder, config.model}) {
    if (folder) inputs.push_back(*folder);
  }
  return inputs;
}

/// rejects.tsv: every input row that is no molecule, with its reason.
class RejectsFile {
 public:
  explicit RejectsFile(const fs::path& path) : file_(path, Existing::replace) {
    file_.write("file\tline\tid\tsmiles\treason\tmessage\n");
  }
  void add(const MoleculeRecord& record, const Rejection& why) {
    file_.write(fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", one_line(record.origin.file),
                            record.origin.line, one_line(record.id, 256),
                            one_line(record.smiles, 400), why.reason, one_line(why.message, 300)));
  }
  void finish() { file_.commit(); }

 private:
  StagedFile file_;
};

/// Refuses columns that no list has, as far as that is known before it is read. @throws UsageError
void check_keep(const IndexConfig& config) {
  for (auto column = config.keep.begin(); column != config.keep.end(); ++column) {
    if (column_called({config.keep.begin(), column}, *column)) {
      throw UsageError(fmt::format("--keep {}: is asked for twice", *column));
    }
  }
  std::vector<std::string> seen;
  for (const auto& path : config.keep.empty() ? std::vector<fs::path>() : config.molecules) {
    if (path == "-") return;
    const MoleculeTable table(path);
    if (table.format() == "sdf") return;
    seen.insert(seen.end(), table.columns().begin(), table.columns().end());
  }
  for (const auto& column : config.keep) {
    if (column_called(seen, column)) continue;
    throw UsageError(fmt::format("--keep {}: no list has such a column; {}", column,
                                 seen.empty()
                                     ? "no line names columns"
                                     : fmt::format("found \"{}\"", fmt::join(seen, ", "))));
  }
}

/// Columns that no molecule has a value of.
void warn_of_empty(const IndexConfig& config, const IndexReport& report,
                   const RunContext& context) {
  for (const auto& column : config.keep) {
    const auto found = report.kept.find(column);
    if (found != report.kept.end() && found->second > 0) continue;
    context.warning(fmt::format("--keep {}: no molecule states a value of it", column));
  }
}

std::unique_ptr<MoleculeEncoder> open_encoder(const IndexConfig& config,
                                              const RunContext& context) {
  if (config.encoder.has_value() == config.model.has_value()) {
    throw UsageError("index: expected either --encoder or --model");
  }
  if (config.encoder) return load_molecule_encoder(*config.encoder, context);
  // Says what the folder is, where it is something else.
  demand_molecules(describe_model(*config.model), *config.model);
  return load_molecule_encoder(*config.model / kMoleculeEncoderFolder, context);
}

/// Tells of every stage which of the run's three it is, so that what is left is not taken for all.
class Stages final : public Reporter {
 public:
  explicit Stages(const RunContext& context) : out_(context) {}
  void begin(std::size_t number) { number_ = number; }

  void info(std::string_view text) override { out_.info(text); }
  void warning(std::string_view text) override { out_.warning(text); }
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view detail) override {
    out_.progress(named(stage), done, total, detail);
  }
  void progress_by_share(std::string_view stage, std::size_t done, double share) override {
    out_.progress_by_share(named(stage), done, share);
  }

 private:
  std::string named(std::string_view stage) const { return fmt::format("{}/3 {}", number_, stage); }

  const RunContext& out_;
  std::size_t number_ = 1;
};

/// Counts the columns of a row that say something.
void count_kept(const std::vector<std::string>& columns, const std::vector<std::string>& values,
                IndexReport& report) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    report.kept[columns[i]] += values[i].empty() ? 0 : 1;
  }
}

void intake(const IndexConfig& config, const RunContext& context, SortedMolecules& sorted,
            RejectsFile& rejects, IndexReport& report) {
  const auto consume = [&](std::span<StandardizedRecord> chunk) {
    report.read += chunk.size();
    for (const auto& [record, result] : chunk) {
      if (const auto* molecule = std::get_if<Molecule>(&result)) {
        sorted.add({record.id, record.name, record.kept}, *molecule);
        count_kept(config.keep, record.kept, report);
        continue;
      }
      const auto& why = std::get<Rejection>(result);
      ++report.rejected;
      ++report.reasons[why.reason];
      rejects.add(record, why);
    }
  };
  standardize_tables(config.molecules, context, consume, config.keep);
  sorted.sort();
}

/// Encodes the molecules of a slice and hands them to the writer; those without a direction in the
/// vector space are rejected.
void encode_slice(std::span<const SortedMolecules::Item> slice, const MoleculeEncoder& encoder,
                  LibraryWriter& writer, RejectsFile& rejects, IndexReport& report) {
  std::vector<Molecule> molecules;
  for (const auto& item : slice) molecules.push_back(item.molecule);
  const Matrix vectors = encoder.encode(molecules);
  for (std::size_t i = 0; i < slice.size(); ++i) {
    const auto row = vectors.row(i);
    if (dot(row, row) > 0) {
      writer.add(slice[i].labels, molecules[i], row);
      continue;
    }
    ++report.rejected;
    ++report.reasons["no_vector"];
    rejects.add({slice[i].labels.id, molecules[i].smiles(), {"encoder", 0}, ""},
                {"no_vector", "the molecule encoder gives no vector of finite length"});
  }
}

void encode_all(const SortedMolecules& sorted, const MoleculeEncoder& encoder,
                const RunContext& context, LibraryWriter& writer, RejectsFile& rejects,
                IndexReport& report) {
  std::vector<SortedMolecules::Item> slice;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool repeated =
        i > 0 && sorted.mass(i) == sorted.mass(i - 1) && sorted.smiles(i) == sorted.smiles(i - 1);
    if (repeated) {
      ++report.duplicates;
    } else {
      slice.push_back(sorted.item(i));
    }
    if (slice.size() == kEncodeRows || i + 1 == sorted.size()) {
      context.check_interrupt();
      encode_slice(slice, encoder, writer, rejects, report);
      slice.clear();
      context.progress("encoding molecules", i + 1, sorted.size());
    }
  }
}

LibraryWriter::Origin origin_of(const IndexConfig& config, const MoleculeEncoder& encoder,
                                const IndexReport& report) {
  LibraryWriter::Origin origin{config.faiss,
                               encoder.fingerprint(),
                               encoder.architecture(),
                               report.read,
                               report.duplicates,
                               report.rejected,
                               {},
                               config.keep};
  for (const auto& path : config.molecules) {
    origin.inputs.emplace_back(path.filename().string(), path == "-" ? "" : sha256_of_file(path));
  }
  return origin;
}

}  // namespace

IndexReport run_index(const IndexConfig& config, const RunContext& context) {
  claim_directory(config.out, kLibrary, inputs_of(config), config.existing, context);
  check_keep(config);
  const auto encoder = open_encoder(config, context);
  make_index(config.faiss,
             encoder->dim());  // a string that FAISS does not know fails before the work
  StagedDirectory staging(config.out, kLibrary, config.existing);
  Stages stages(context);
  RunContext telling = context;
  telling.reporter = &stages;
  IndexReport report;
  RejectsFile rejects(staging.path() / "rejects.tsv");
  {
    SortedMolecules sorted(staging.path() / "spill.tmp");
    intake(config, telling, sorted, rejects, report);
    if (sorted.size() == 0) {
      throw InputError({config.molecules.front().string(), 0},
                       fmt::format("none of {} is a molecule", counted(report.read, "row")));
    }
    warn_of_empty(config, report, context);
    stages.begin(2);
    LibraryWriter writer(staging.path(), encoder->dim());
    encode_all(sorted, *encoder, telling, writer, rejects, report);
    report.rows = writer.rows();
    rejects.finish();
    fs::remove(staging.path() / "spill.tmp");
    stages.begin(3);
    writer.finish(origin_of(config, *encoder, report), telling);
  }
  staging.commit();
  return report;
}

std::string to_json(const IndexReport& report) {
  return pretty({{"read", report.read},
                 {"molecules", report.rows},
                 {"duplicates", report.duplicates},
                 {"rejected", report.rejected},
                 {"reasons", report.reasons}});
}

}  // namespace specbridge
