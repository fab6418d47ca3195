#include "chem/tables/molecule_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "chem/parsing.h"
#include "chem/tables/sdf.h"
#include "chem/tables/separated_table.h"
#include "chem/tables/smiles_list.h"
#include "chem/text/cx_extension.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

constexpr std::size_t kSampledLines = 100;

struct Recognised {
  std::string format;
  std::unique_ptr<TableRows> rows;
  std::vector<std::string> columns = {};
};

/// The first lines that hold rows, and how many lines stand before the first of them.
struct Sample {
  std::vector<std::string> lines;
  std::size_t first = 0;
};

Sample take_sample(TableLines& lines) {
  Sample sample;
  for (std::size_t i = 0; sample.lines.size() < kSampledLines; ++i) {
    const auto* line = lines.peek(i);
    if (line == nullptr) break;
    if (is_filler(line->text)) continue;
    if (sample.lines.empty()) sample.first = i;
    sample.lines.push_back(line->text);
  }
  return sample;
}

InputError no_table(const TableLines& lines, std::size_t sampled) {
  constexpr const char* kExpected =
      "expected id<TAB>SMILES, SMILES[ id], CSV or TSV with a SMILES column, or SDF";
  if (sampled == 0) return {lines.at(0), fmt::format("holds no molecules; {}", kExpected)};
  return {lines.at(0),
          fmt::format("no SMILES found in the first {} lines; {}", sampled, kExpected)};
}

/// Taken for a table by mistake, a spectrum file would pass: "IONS" is a SMILES.
bool is_spectrum_file(const Sample& sample) {
  return std::any_of(sample.lines.begin(), sample.lines.end(),
                     [](const std::string& line) { return trim(line) == "BEGIN IONS"; });
}

/// A table with a header is one when a row below it has a SMILES in the column named.
std::optional<Recognised> recognise_separated(TableLines& lines, const Sample& sample,
                                              const std::vector<std::string>& keep) {
  const auto header = parse_header(sample.lines.front(), keep);
  if (!header || looks_like_structure(sample.lines.front())) return {};
  if (sample.lines.size() == 1) return {};
  for (std::size_t i = 0; i <= sample.first; ++i) lines.next();
  const auto row_of = [&](const std::string& line) { return separated_structure(line, *header); };
  for (std::size_t i = 1; i < sample.lines.size(); ++i) {
    if (looks_like_structure(row_of(sample.lines[i])))
      return Recognised{"csv", separated_rows(*header), header->names};
  }
  throw no_table(lines, sample.lines.size());
}

std::optional<Recognised> recognise_list(const Sample& sample) {
  std::size_t first = 0, second = 0;
  for (const auto& line : sample.lines) {
    const auto columns = split_columns(line);
    if (looks_like_structure(columns.first)) ++first;
    if (looks_like_structure(leading_structure(columns.second).structure)) ++second;
  }
  if (first == 0 && second == 0) return {};
  // Identifiers such as "C1" or "CO" can pass for SMILES now and then, so the majority decides.
  if (second > first) return Recognised{"id-smiles", smiles_list_rows(SmilesColumn::second)};
  return Recognised{"smiles-id", smiles_list_rows(SmilesColumn::first)};
}

Recognised recognise(TableLines& lines, const std::vector<std::string>& keep) {
  if (is_sdf(lines)) return {"sdf", sdf_rows(keep)};
  const auto sample = take_sample(lines);
  if (!sample.lines.empty() && !is_spectrum_file(sample)) {
    if (auto table = recognise_separated(lines, sample, keep)) return std::move(*table);
    if (auto list = recognise_list(sample)) return std::move(*list);
  }
  throw no_table(lines, sample.lines.size());
}

}  // namespace

struct MoleculeTable::Impl {
  Impl(const std::filesystem::path& path, const std::vector<std::string>& keep)
      : lines(LineReader(path)), kept(keep.size()), table(recognise(lines, keep)) {}
  TableLines lines;
  std::size_t kept;
  Recognised table;
};

MoleculeTable::MoleculeTable(const std::filesystem::path& path,
                             const std::vector<std::string>& keep)
    : impl_(std::make_unique<Impl>(path, keep)) {}
MoleculeTable::~MoleculeTable() = default;
MoleculeTable::MoleculeTable(MoleculeTable&&) noexcept = default;

std::optional<MoleculeRecord> MoleculeTable::next() {
  auto record = impl_->table.rows->next(impl_->lines);
  if (record) record->kept.resize(impl_->kept);
  return record;
}

const std::string& MoleculeTable::format() const noexcept {
  return impl_->table.format;
}

const std::vector<std::string>& MoleculeTable::columns() const noexcept {
  return impl_->table.columns;
}

double MoleculeTable::fraction_read() const {
  return impl_->lines.fraction_read();
}

}  // namespace specbridge
