#include "chem/tables/sdf.h"

#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "chem/parsing.h"
#include "chem/tables/column_names.h"
#include "chem/text/inchi_layers.h"

namespace specbridge {
namespace {

constexpr std::size_t kMaxBlockBytes = std::size_t{8} << 20;

/// What is kept of one record between two "$$$$".
struct SdfRecord {
  std::size_t first_line = 0;
  std::string title, block;
  std::string pubchem_cid, database_id;
  std::string named_id;       ///< the first value whose tag is named after an identifier
  std::string smiles, inchi;  ///< as tags state them
  std::string name, inchikey;
  std::optional<std::size_t> name_rank;  ///< of the tag that gave the name
  std::vector<std::string> kept;         ///< of the tags that are asked for
  bool block_ended = false, too_long = false;
};

/// The name in "> <NAME>" or ">  25 <NAME> (3)".
std::string tag_name(std::string_view line) {
  const auto open = line.find('<'), close = line.find('>', 1);
  if (!line.starts_with('>') || open == std::string_view::npos) return "";
  const auto end = line.find('>', open);
  return end == std::string_view::npos || close == std::string_view::npos
             ? ""
             : std::string(line.substr(open + 1, end - open - 1));
}

/// Keeps the first line of a value that tells the record from others, or says what it is.
void take_value(SdfRecord& record, std::string_view tag, std::string_view value,
                const std::vector<std::string>& keep) {
  if (tag.empty()) return;
  const auto rank = name_rank(tag);
  if (rank && !value.empty() && (!record.name_rank || *rank < *record.name_rank)) {
    record.name = value;
    record.name_rank = rank;
  }
  if (record.inchikey.empty() && is_named_inchikey(tag)) record.inchikey = value;
  if (const auto place = column_called(keep, tag)) record.kept[*place] = value;
  if (tag == "PUBCHEM_COMPOUND_CID") record.pubchem_cid = value;
  if (tag == "DATABASE_ID") record.database_id = value;
  if (record.named_id.empty() && is_named_after_id(tag)) record.named_id = value;
  if (structure_columns({std::string(tag)}).empty()) return;
  auto& stated = is_inchi(value) ? record.inchi : record.smiles;
  if (stated.empty()) stated = value;
}

/// Reads one record; nothing at the end. Blank lines after the last record are no record.
std::optional<SdfRecord> read_record(TableLines& lines, const std::vector<std::string>& keep) {
  SdfRecord record;
  record.kept.resize(keep.size());
  std::string tag;
  bool any = false;
  while (const auto line = lines.next()) {
    if (record.first_line == 0) {
      record.first_line = line->number;
      record.title = trim(line->text);
    }
    if (line->text.starts_with("$$$$")) return record;
    any = any || !trim(line->text).empty();
    if (!record.block_ended) {
      record.too_long = record.too_long || record.block.size() + line->text.size() > kMaxBlockBytes;
      if (!record.too_long) record.block += line->text + "\n";
      record.block_ended = line->text.starts_with("M  END");
      continue;
    }
    take_value(record, tag, trim(line->text), keep);
    tag = tag_name(line->text);
  }
  return any ? std::optional(record) : std::nullopt;
}

bool has_query(const RDKit::ROMol& mol) {
  for (const auto* atom : mol.atoms()) {
    if (atom->hasQuery() && atom->getAtomicNum() != 0) return true;
  }
  for (const auto* bond : mol.bonds()) {
    if (bond->hasQuery()) return true;
  }
  return false;
}

struct BlockReading {
  std::string smiles, problem;
};

/// A SMILES of the block as it stands: the chemistry is left to standardize().
BlockReading read_block(const std::string& block) {
  try {
    const MolPtr mol(RDKit::MolBlockToMol(block, false, false, false));
    if (mol == nullptr) return {"", "the mol block cannot be read"};
    if (has_query(*mol)) {
      return {"", "the mol block has a query atom or bond; expected a fully defined structure"};
    }
    clear_stereo(*mol);
    mol->updatePropertyCache(false);
    RDKit::SmilesWriteParams params;
    params.canonical = false;
    for (auto* atom : mol->atoms()) atom->setAtomMapNum(0);
    return {RDKit::MolToSmiles(*mol, params), ""};
  } catch (const std::exception& error) {
    return {"", fmt::format("the mol block cannot be read: {}", what_of(error))};
  }
}

class SdfRows final : public TableRows {
 public:
  explicit SdfRows(std::vector<std::string> keep) : keep_(std::move(keep)) {}

  std::optional<MoleculeRecord> next(TableLines& lines) override {
    auto sdf = read_record(lines, keep_);
    if (!sdf) return {};
    ++row_;
    MoleculeRecord record;
    record.origin = lines.at(sdf->first_line);
    for (const auto* id : {&sdf->pubchem_cid, &sdf->database_id, &sdf->title, &sdf->named_id}) {
      if (record.id.empty()) record.id = *id;
    }
    // A title that is no id is a name.
    record.name = sdf->name.empty() && record.id != sdf->title ? sdf->title : sdf->name;
    record.inchikey = std::move(sdf->inchikey);
    record.kept = std::move(sdf->kept);
    if (record.id.empty()) record.id = std::to_string(row_);
    auto reading =
        sdf->too_long ? BlockReading{"", "the mol block is longer than 8 MiB"}
        : !sdf->block_ended
            ? BlockReading{"", "the record has no \"M  END\"; expected a whole mol block"}
            : read_block(sdf->block);
    record.smiles = std::move(reading.smiles);
    // A block without atoms holds the place of a structure that a tag states.
    if (record.smiles.empty() && reading.problem.empty()) {
      record.smiles = sdf->smiles.empty() ? sdf->inchi : sdf->smiles;
    }
    if (!reading.problem.empty()) {
      record.problem = fmt::format("{}: {}", to_string(record.origin), reading.problem);
    }
    return record;
  }

 private:
  std::vector<std::string> keep_;
  std::size_t row_ = 0;
};

}  // namespace

bool is_sdf(TableLines& lines) {
  constexpr std::size_t kCountsLine = 3;
  const auto* counts = lines.peek(kCountsLine);
  if (counts == nullptr) return false;
  const auto text = trim(counts->text);
  return text.ends_with("V2000") || text.ends_with("V3000");
}

std::unique_ptr<TableRows> sdf_rows(const std::vector<std::string>& keep) {
  return std::make_unique<SdfRows>(keep);
}

}  // namespace specbridge
