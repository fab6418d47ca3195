#include "specbridge/index.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "bridge/model_files.h"
#include "chem/standard_form.h"
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

std::unique_ptr<MoleculeEncoder> open_encoder(const IndexConfig& config,
                                              const RunContext& context) {
  if (config.encoder.has_value() == config.model.has_value()) {
    throw UsageError("index: expected either --encoder or --model");
  }
  if (config.encoder) return load_molecule_encoder(*config.encoder, context);
  // Says what the folder is, where it is something else.
  check_standard_form(Manifest::open(*config.model, "model"), "specbridge train");
  return load_molecule_encoder(*config.model / kMoleculeEncoderFolder, context);
}

void intake(const IndexConfig& config, const RunContext& context, SortedMolecules& sorted,
            RejectsFile& rejects, IndexReport& report) {
  standardize_tables(config.molecules, context, [&](std::span<StandardizedRecord> chunk) {
    for (const auto& [record, result] : chunk) {
      ++report.read;
      if (const auto* molecule = std::get_if<Molecule>(&result)) {
        sorted.add(record.id, *molecule);
      } else {
        const auto& why = std::get<Rejection>(result);
        ++report.rejected;
        ++report.reasons[why.reason];
        rejects.add(record, why);
      }
    }
  });
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
      writer.add(slice[i].id, molecules[i], row);
      continue;
    }
    ++report.rejected;
    ++report.reasons["no_vector"];
    rejects.add({std::string(slice[i].id), molecules[i].smiles(), {"encoder", 0}, ""},
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
                               {}};
  for (const auto& path : config.molecules) {
    origin.inputs.emplace_back(path.filename().string(), path == "-" ? "" : sha256_of_file(path));
  }
  return origin;
}

}  // namespace

IndexReport run_index(const IndexConfig& config, const RunContext& context) {
  claim_directory(config.out, kLibrary, inputs_of(config), config.existing, context);
  const auto encoder = open_encoder(config, context);
  make_index(config.faiss,
             encoder->dim());  // a string that FAISS does not know fails before the work
  StagedDirectory staging(config.out, kLibrary, config.existing);
  IndexReport report;
  RejectsFile rejects(staging.path() / "rejects.tsv");
  {
    SortedMolecules sorted(staging.path() / "spill.tmp");
    intake(config, context, sorted, rejects, report);
    if (sorted.size() == 0) {
      throw InputError({config.molecules.front().string(), 0},
                       fmt::format("none of {} is a molecule", counted(report.read, "row")));
    }
    LibraryWriter writer(staging.path(), encoder->dim());
    encode_all(sorted, *encoder, context, writer, rejects, report);
    report.rows = writer.rows();
    rejects.finish();
    fs::remove(staging.path() / "spill.tmp");
    writer.finish(origin_of(config, *encoder, report), context);
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
