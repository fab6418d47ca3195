#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "chem/molecule.h"
#include "chem/tables/molecule_table.h"
#include "chem/tables/standardised_rows.h"
#include "specbridge/context.h"
#include "specbridge/index.h"
#include "store/journalled/journal.h"

namespace specbridge {

/// A run is held in memory before it is written; a build that is killed loses the work on one.
constexpr std::size_t kRunBytes = std::size_t{32} << 20;

/// Why a molecule is rejected that the encoder gives no vector.
constexpr const char* kNoVector = "no_vector";

/// The header line of rejects.tsv, and the line of a row that is no molecule.
std::string rejects_header();
std::string rejects_line(const MoleculeRecord& record, const Rejection& why);

/// Reads molecule lists into sorted runs in journal.work(), one step of the journal a run, and goes
/// on behind the runs that it speaks of already. The rejected rows of each run stand beside it.
/// @param report counts what is read: read, rejected, reasons, kept
/// @return the runs, in order
std::vector<std::filesystem::path> read_into_runs(const IndexConfig& config, ListRows rows,
                                                  JournalledDirectory& journal, IndexReport& report,
                                                  const RunContext& context);

/// The files of rejected rows in journal.work(), in order: those of runs, then those of shards.
std::vector<std::filesystem::path> rejects_of(const JournalledDirectory& journal);

}  // namespace specbridge
