#include "pipeline/analogues/write_analogues.h"

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "chem/molecule.h"
#include "chem/morgan.h"
#include "chem/tables/standardised_rows.h"
#include "decode/analogue_writer.h"
#include "decode/beam_search.h"
#include "decode/written_molecules.h"
#include "specbridge/error.h"
#include "store/output_table.h"
#include "store/staging.h"

namespace specbridge {
namespace {

constexpr std::string_view kAnaloguesHeader =
    "id\tsmiles\trank\tanalogue\tinchikey14\ttanimoto\tlog_probability\tmessage\n";
constexpr std::uint32_t kAnalogueBits = 2048;

/// What was written like one molecule.
struct WrittenLike {
  WrittenMolecules written = {};
  std::string problem = {};  ///< why nothing can be written; else empty
};

/// Why the writer cannot read a molecule; empty: it can.
std::string unreadable(const StandardizedRecord& record, const AnalogueWriter& writer) {
  if (const auto* rejection = std::get_if<Rejection>(&record.result)) return rejection->message;
  const auto tokens = writer.vocabulary().tokens(std::get<Molecule>(record.result).smiles());
  if (!tokens) return "the writer lacks a word of its SMILES";
  if (tokens->size() <= writer.most_read()) return {};
  return fmt::format("its SMILES has {} words, the writer reads {} at most", tokens->size(),
                     writer.most_read());
}

WrittenLike written_like(const StandardizedRecord& record, const AnalogueWriter& writer,
                         std::size_t beams) {
  WrittenLike analogues;
  analogues.problem = unreadable(record, writer);
  if (!analogues.problem.empty()) return analogues;
  const auto& molecule = std::get<Molecule>(record.result);
  const auto step = writer.step(writer.vocabulary().tokens(molecule.smiles()).value());
  analogues.written =
      molecules_of(writer.vocabulary(),
                   beam_search(*step, writer.vocabulary().special(), {beams, writer.most_tokens()}),
                   {molecule.inchikey14()});
  return analogues;
}

std::string analogue_lines(const StandardizedRecord& record, const WrittenLike& analogues) {
  const std::string id = one_line(record.record.id);
  if (!analogues.problem.empty()) {
    return fmt::format("{}\t{}\t\t\t\t\t\t{}\n", id, one_line(record.record.smiles),
                       one_line(analogues.problem));
  }
  const auto& molecule = std::get<Molecule>(record.result);
  if (analogues.written.molecules.empty()) {
    return fmt::format("{}\t{}\t\t\t\t\t\tno other molecule was written\n", id, molecule.smiles());
  }
  const auto own = morgan_bits(molecule, kAnalogueBits);
  std::string lines;
  std::size_t rank = 0;
  for (const auto& [analogue, log_probability] : analogues.written.molecules) {
    lines += fmt::format("{}\t{}\t{}\t{}\t{}\t{:.4f}\t{:.4f}\t\n", id, molecule.smiles(), ++rank,
                         analogue.smiles(), analogue.inchikey14(),
                         tanimoto(own, morgan_bits(analogue, kAnalogueBits)), log_probability);
  }
  return lines;
}

void count_analogues(const WrittenLike& analogues, AnaloguesReport& report) {
  ++report.molecules;
  report.texts += analogues.written.texts;
  report.invalid += analogues.written.invalid;
  report.same += analogues.written.known;
  report.analogues += analogues.written.molecules.size();
  if (analogues.problem.empty()) return;
  if (report.unusable++ == 0) report.first_problem = one_line(analogues.problem, 200);
}

}  // namespace

AnaloguesReport run_analogues(const AnaloguesConfig& config, const RunContext& context) {
  check_table_name(config.out);
  claim_outputs({{config.out, config.existing}}, config.molecules, context);
  const AnalogueWriter writer = AnalogueWriter::load(config.writer, context);
  OutputTable table(config.out, config.existing, context);
  table.write(kAnaloguesHeader);
  AnaloguesReport report;
  standardize_tables(config.molecules, context, [&](std::span<StandardizedRecord> records) {
    std::vector<WrittenLike> written(records.size());
    parallel_for(records.size(), context.threads, [&](std::size_t i) {
      context.check_interrupt();
      written[i] = written_like(records[i], writer, config.beams);
    });
    for (std::size_t i = 0; i < records.size(); ++i) {
      count_analogues(written[i], report);
      table.write(analogue_lines(records[i], written[i]));
    }
  });
  if (report.unusable == report.molecules) {
    throw InputError({config.molecules.front().string(), 0},
                     report.molecules == 0 ? "holds no molecule"
                                           : fmt::format("none of {} can be used; {}",
                                                         counted(report.molecules, "molecule"),
                                                         report.first_problem));
  }
  table.finish();
  return report;
}

std::string to_json(const AnaloguesReport& report) {
  return pretty({{"molecules", report.molecules},
                 {"unusable", report.unusable},
                 {"texts", report.texts},
                 {"invalid", report.invalid},
                 {"same", report.same},
                 {"analogues", report.analogues}});
}

}  // namespace specbridge
