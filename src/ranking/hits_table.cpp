#include "ranking/hits_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "ranking/score_order.h"
#include "specbridge/error.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

constexpr std::array<std::string_view, 15> kColumns = {
    "query_id", "query_index",  "rank",       "score",      "library_id",
    "smiles",   "inchikey14",   "formula",    "exact_mass", "mass_error_ppm",
    "adduct",   "precursor_mz", "candidates", "status",     "message"};
enum Column : std::size_t {
  query_id,
  query_index,
  rank,
  score,
  library_id,
  smiles,
  inchikey14,
  formula,
  exact_mass,
  mass_error_ppm,
  adduct,
  precursor_mz,
  candidates,
  status,
  message
};

std::string whole(const std::optional<std::size_t>& value) {
  return value ? std::to_string(*value) : std::string();
}

std::string fixed(const std::optional<double>& value, int decimals) {
  if (!value || !std::isfinite(*value)) return {};
  return fmt::format("{:.{}f}", *value, decimals);
}

/// What the header does not name of what is needed; empty when it names enough.
std::string lacking(const HitsColumns& columns) {
  std::vector<std::string_view> lacks;
  if (!columns.query_index && !columns.query_id) lacks.push_back("query_index or query_id");
  if (!columns.smiles && !columns.inchikey14) lacks.push_back("smiles or inchikey14");
  if (!columns.score && !columns.rank) lacks.push_back("score or rank");
  return fmt::format("{}", fmt::join(lacks, ", and no column "));
}

/// A number as programs print it, "inf" and "nan" included; beyond the range of double it is 0 or
/// infinite.
std::optional<double> parse_score(std::string_view text) {
  if (text.size() > 1 && text[0] == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range && end == text.data() + text.size()) {
    return std::strtod(std::string(text).c_str(), nullptr);
  }
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

/// A whole number; "3.0" is one, because tables with gaps often come back so from other programs.
std::optional<std::size_t> parse_whole(std::string_view text) {
  const auto value = parse_number(text);
  if (!value || *value < 0 || *value > 9e15 || *value != std::floor(*value)) return {};
  return static_cast<std::size_t>(*value);
}

}  // namespace

std::string hits_header(const HitsLayout& layout) {
  std::string line = fmt::format("{}\tmargin", fmt::join(kColumns, "\t"));
  for (const auto& name : layout.evidence) line += "\tevidence." + name;
  if (layout.file) line += "\tfile";
  return line + "\tretention_time\tpeaks_used\n";
}

std::string to_line(const Hit& hit, const HitsLayout& layout) {
  const std::array<std::string, kColumns.size()> cells = {
      one_line(hit.query_id),
      std::to_string(hit.query_index),
      whole(hit.rank),
      hit.score ? score_text(*hit.score) : std::string(),
      one_line(hit.library_id),
      one_line(hit.smiles),
      one_line(hit.inchikey14),
      one_line(hit.formula),
      fixed(hit.exact_mass, 6),
      fixed(hit.mass_error_ppm, 3),
      one_line(hit.adduct),
      hit.precursor_mz && std::isfinite(*hit.precursor_mz) ? shortest(*hit.precursor_mz)
                                                           : std::string(),
      whole(hit.candidates),
      one_line(hit.status.word()),
      one_line(hit.message)};
  std::string line = fmt::format("{}\t{}", fmt::join(cells, "\t"),
                                 hit.margin ? shortest(*hit.margin) : std::string());
  for (const float score : hit.evidence) line += "\t" + (std::isnan(score) ? "" : shortest(score));
  if (layout.file) line += "\t" + one_line(hit.file);
  return line + fmt::format("\t{}\t{}\n", fixed(hit.retention_time, 3), whole(hit.peaks_used));
}

struct HitsReader::Impl {
  explicit Impl(const std::filesystem::path& path) : lines(path) { read_header(); }

  void read_header();
  void place(std::string_view name, std::size_t position);
  SourcePos at() const { return {lines.name(), lines.line()}; }

  /// The cell of a column in the current row; empty where the table has no such column.
  std::string_view cell(Column column) const {
    return positions[column] ? cells[*positions[column]] : std::string_view();
  }
  std::string text(Column column) const { return std::string(cell(column)); }

  template <typename Parse>
  auto number(Column column, Parse parse, std::string_view expected) const
      -> decltype(parse(std::string_view())) {
    if (cell(column).empty()) return {};
    const auto value = parse(cell(column));
    if (value) return value;
    throw InputError(at(), fmt::format("{} is not {}: \"{}\"", kColumns[column], expected,
                                       one_line(cell(column), 60)));
  }
  std::optional<std::size_t> count(Column column) const {
    return number(column, parse_whole, "a whole number, 0 or more");
  }
  std::optional<double> real(Column column) const {
    return number(column, parse_number, "a number");
  }

  void read_cells(std::string_view line);
  void read_query(Hit& hit) const;
  std::string key() const;
  Hit hit() const;

  LineReader lines;
  HitsColumns columns;
  std::array<std::optional<std::size_t>, kColumns.size()> positions;
  std::size_t width = 0;
  std::vector<std::string_view> cells;
};

void HitsReader::Impl::place(std::string_view name, std::size_t position) {
  const auto known = std::find(kColumns.begin(), kColumns.end(), name);
  if (known == kColumns.end()) return;
  auto& place = positions[static_cast<std::size_t>(known - kColumns.begin())];
  if (place) throw InputError(at(), fmt::format("two columns are called \"{}\"", name));
  place = position;
}

void HitsReader::Impl::read_header() {
  const auto header = lines.next();
  if (!header)
    throw InputError({lines.name(), 0}, "empty; a line with the names of columns is expected");
  const auto names = split(*header, '\t');
  width = names.size();
  for (std::size_t i = 0; i < width; ++i) place(trim(names[i]), i);
  const auto has = [this](Column column) { return positions[column].has_value(); };
  columns = {has(query_index), has(query_id), has(smiles),     has(inchikey14),
             has(score),       has(rank),     has(candidates), has(status)};
  if (const auto lacks = lacking(columns); !lacks.empty()) {
    throw InputError(at(),
                     fmt::format("no column {}; found \"{}\"; a hits table has query_index or "
                                 "query_id, smiles or inchikey14, and score or rank, "
                                 "separated by tabs",
                                 lacks, one_line(*header, 200)));
  }
}

void HitsReader::Impl::read_cells(std::string_view line) {
  cells = split(line, '\t');
  for (auto& cell : cells) cell = trim(cell);
  if (cells.size() != width) {
    throw InputError(at(), fmt::format("{} columns, but the header has {}", cells.size(), width));
  }
}

void HitsReader::Impl::read_query(Hit& hit) const {
  hit.query_id = text(query_id);
  if (columns.query_index) {
    const auto index = count(query_index);
    if (!index) throw InputError(at(), "query_index is empty");
    hit.query_index = *index;
  } else if (hit.query_id.empty()) {
    throw InputError(at(), "query_id is empty");
  }
}

/// The first block of an InChIKey; a whole key is cut.
std::string HitsReader::Impl::key() const {
  auto key = cell(inchikey14);
  if (key.size() == 27 && key[14] == '-') key = key.substr(0, 14);
  const bool letters =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (key.empty() || (key.size() == 14 && letters)) return std::string(key);
  throw InputError(at(), fmt::format("inchikey14 is not the first block of an InChIKey (14 capital "
                                     "letters): \"{}\"",
                                     one_line(key, 60)));
}

Hit HitsReader::Impl::hit() const {
  Hit hit;
  read_query(hit);
  hit.rank = count(rank);
  hit.score = number(score, parse_score, "a number");
  hit.library_id = text(library_id);
  hit.smiles = text(smiles);
  hit.inchikey14 = key();
  hit.formula = text(formula);
  hit.exact_mass = real(exact_mass);
  hit.mass_error_ppm = real(mass_error_ppm);
  hit.adduct = text(adduct);
  hit.precursor_mz = real(precursor_mz);
  hit.candidates = count(candidates);
  if (!cell(status).empty()) hit.status = StatedStatus(cell(status));
  hit.message = text(message);
  return hit;
}

HitsReader::HitsReader(const std::filesystem::path& path) : impl_(std::make_unique<Impl>(path)) {}
HitsReader::~HitsReader() = default;
HitsReader::HitsReader(HitsReader&&) noexcept = default;

const HitsColumns& HitsReader::columns() const noexcept {
  return impl_->columns;
}
std::size_t HitsReader::line() const noexcept {
  return impl_->lines.line();
}

std::optional<Hit> HitsReader::next() {
  while (const auto line = impl_->lines.next()) {
    if (trim(*line).empty()) continue;
    impl_->read_cells(*line);
    return impl_->hit();
  }
  return {};
}

}  // namespace specbridge
