#include "ranking/hits_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ranking/hits_source.h"
#include "ranking/query_columns.h"
#include "specbridge/error.h"
#include "store/table_header.h"

namespace specbridge {
namespace {

/// What other programs call a column of ours, in plain_column() form.
struct Alias {
  HitColumn column;
  std::string_view plain;
};

/// In order of preference: of two that a table has, the first is read.
constexpr std::array<Alias, 14> kAliases = {{
    {HitColumn::rank, "structureperidrank"},  // SIRIUS; its `rank` may be one of all compounds
    {HitColumn::rank, "rank"},
    {HitColumn::score, "score"},
    {HitColumn::score, "csi:fingeridscore"},
    {HitColumn::score, "ms2querymodelprediction"},
    {HitColumn::score, "mqscore"},
    {HitColumn::inchikey14, "inchikey14"},
    {HitColumn::inchikey14, "inchikey2d"},
    {HitColumn::inchikey14, "inchikey1"},
    {HitColumn::inchikey14, "inchikey"},
    {HitColumn::inchikey14, "inchikeyplanar"},
    {HitColumn::precursor_mz, "precursormz"},
    {HitColumn::precursor_mz, "precursormzqueryspectrum"},
    {HitColumn::precursor_mz, "ionmass"},
}};

/// The name of a file without ".tsv", ".csv.gz" and the like.
std::string name_of_file(const std::filesystem::path& path) {
  std::filesystem::path name = path.filename();
  if (name.extension() == ".gz") name = name.stem();
  for (const auto* ending : {".csv", ".tsv", ".txt", ".tab"}) {
    if (name.extension() == ending) return name.stem().string();
  }
  return name.string();
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

struct HitsReader::Impl {
  explicit Impl(const std::filesystem::path& path)
      : source(open_hits_source(path)), header(source->header()), file_name(name_of_file(path)) {
    read_header();
  }

  void read_header();
  void find_columns();
  void find_query();
  /// Takes the column for ours where ours has no place yet. @throws InputError for two of one name
  void place(HitColumn column, std::string_view plain);
  std::string lacking() const;
  SourcePos at(std::size_t number) const { return source->at(number); }

  bool has(HitColumn column) const {
    return positions[static_cast<std::size_t>(column)].has_value();
  }
  /// The cell of a column in the current row; empty where the table has no such column.
  std::string_view cell(HitColumn column) const {
    const auto& place = positions[static_cast<std::size_t>(column)];
    return place ? source->cells()[*place] : std::string_view();
  }
  /// What the table calls a column of ours.
  std::string name_of(HitColumn column) const {
    return one_line(trim(header.names[*positions[static_cast<std::size_t>(column)]]), 60);
  }
  std::string text(HitColumn column) const { return std::string(cell(column)); }

  template <typename Parse>
  auto number(HitColumn column, Parse parse, std::string_view expected) const
      -> decltype(parse(std::string_view())) {
    if (cell(column).empty()) return {};
    const auto value = parse(cell(column));
    if (value) return value;
    throw InputError(at(source->line()), fmt::format("{} is not {}: \"{}\"", name_of(column),
                                                     expected, one_line(cell(column), 60)));
  }
  std::optional<std::size_t> count(HitColumn column) const {
    return number(column, parse_whole, "a whole number, 0 or more");
  }
  std::optional<double> real(HitColumn column) const {
    return number(column, parse_number, "a number");
  }

  void read_query(Hit& hit) const;
  std::string key() const;
  std::vector<std::size_t> spectra() const;
  Hit hit() const;

  std::unique_ptr<HitsSource> source;
  const TableHeader& header;
  std::string file_name;
  bool of_one_query = false, counts_from_one = false;
  HitsColumns columns;
  std::array<std::optional<std::size_t>, kHitColumns> positions;
  std::optional<std::size_t> spectra_position;  ///< of kSpectraColumn in a table of ours
};

void HitsReader::Impl::place(HitColumn column, std::string_view plain) {
  auto& position = positions[static_cast<std::size_t>(column)];
  if (position) return;
  const auto places = header.places_of(plain);
  if (places.size() > 1) {
    throw InputError(at(header.line), fmt::format("two columns are called \"{}\"",
                                                  one_line(trim(header.names[places[0]]), 60)));
  }
  if (!places.empty()) position = places.front();
}

void HitsReader::Impl::find_columns() {
  for (std::size_t i = 0; i < kHitColumns; ++i) {
    const auto column = static_cast<HitColumn>(i);
    const bool by_alias = std::ranges::find(kAliases, column, &Alias::column) != kAliases.end();
    if (!by_alias) place(column, plain_column(to_string(column)));
  }
  for (const auto& [column, plain] : kAliases) place(column, plain);
}

/// A number and a name may both be there; of other names the first.
void HitsReader::Impl::find_query() {
  columns.number = has(HitColumn::query_index);
  columns.name = has(HitColumn::query_id);
  for (const auto& column : kQueryColumns) {
    if (columns.number || columns.name) return;
    counts_from_one = column.kind == QueryColumnKind::number;
    const bool numbers = column.kind != QueryColumnKind::name;
    const auto ours_for_it = numbers ? HitColumn::query_index : HitColumn::query_id;
    place(ours_for_it, column.plain);
    (numbers ? columns.number : columns.name) = has(ours_for_it);
    columns.named_by = column.named_by;
  }
  if (columns.number || columns.name) return;
  of_one_query = columns.name = true;
  columns.named_by = NamedBy::id;
  counts_from_one = false;
}

/// What the header does not name of what is needed; empty when it names enough.
std::string HitsReader::Impl::lacking() const {
  std::vector<std::string_view> lacks;
  if (!has(HitColumn::smiles) && !has(HitColumn::inchikey14)) {
    lacks.push_back("smiles or inchikey14");
  }
  if (!has(HitColumn::score) && !has(HitColumn::rank)) lacks.push_back("score or rank");
  return fmt::format("{}", fmt::join(lacks, ", and no column "));
}

void HitsReader::Impl::read_header() {
  const auto spectra = std::ranges::find(header.names, kSpectraColumn);
  if (source->ours() && spectra != header.names.end()) {
    spectra_position = static_cast<std::size_t>(spectra - header.names.begin());
  }
  find_columns();
  find_query();
  columns.rank = has(HitColumn::rank);
  columns.score = has(HitColumn::score);
  if (const auto lacks = lacking(); !lacks.empty()) {
    const std::string names = fmt::format("{}", fmt::join(header.names, ", "));
    throw InputError(at(header.line),
                     fmt::format("no column {}; found \"{}\"; a table of hits has query_index or "
                                 "query_id, smiles or inchikey14, and score or rank; rename a "
                                 "column",
                                 lacks, one_line(names, 200)));
  }
}

void HitsReader::Impl::read_query(Hit& hit) const {
  hit.query_id = of_one_query ? file_name : text(HitColumn::query_id);
  if (columns.number) {
    const auto index = count(HitColumn::query_index);
    const auto name = name_of(HitColumn::query_index);
    if (!index) throw InputError(at(source->line()), fmt::format("{} is empty", name));
    if (counts_from_one && *index == 0) {
      throw InputError(at(source->line()),
                       fmt::format("{} is 0; it counts from 1, query_index from 0", name));
    }
    hit.query_index = *index - (counts_from_one ? 1 : 0);
  } else if (hit.query_id.empty()) {
    throw InputError(at(source->line()), fmt::format("{} is empty", name_of(HitColumn::query_id)));
  }
}

/// The first block of an InChIKey; a whole key is cut.
std::string HitsReader::Impl::key() const {
  constexpr std::string_view kPrefix = "InChIKey=";
  auto key = cell(HitColumn::inchikey14);
  if (key.starts_with(kPrefix)) key.remove_prefix(kPrefix.size());
  if (key.size() == 27 && key[14] == '-') key = key.substr(0, 14);
  const bool letters =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (key.empty() || (key.size() == 14 && letters)) return std::string(key);
  throw InputError(at(source->line()),
                   fmt::format("{} is not the first block of an InChIKey (14 capital letters): "
                               "\"{}\"",
                               name_of(HitColumn::inchikey14), one_line(key, 60)));
}

/// The queries that are answered together.
std::vector<std::size_t> HitsReader::Impl::spectra() const {
  std::vector<std::size_t> queries;
  const auto cell = spectra_position ? source->cells()[*spectra_position] : std::string_view();
  if (cell.empty()) return queries;
  for (const auto part : split(cell, ';')) {
    const auto query = parse_whole(part);
    if (!query) {
      throw InputError(at(source->line()),
                       fmt::format("{} is no list of query_index, like 3;4;7: \"{}\"",
                                   kSpectraColumn, one_line(cell, 60)));
    }
    queries.push_back(*query);
  }
  return queries;
}

Hit HitsReader::Impl::hit() const {
  Hit hit;
  read_query(hit);
  hit.rank = count(HitColumn::rank);
  hit.score = number(HitColumn::score, parse_score, "a number");
  hit.smiles = text(HitColumn::smiles);
  hit.inchikey14 = key();
  hit.candidates = count(HitColumn::candidates);
  if (!cell(HitColumn::status).empty()) hit.status = StatedStatus(cell(HitColumn::status));
  hit.library_id = text(HitColumn::library_id);
  hit.formula = text(HitColumn::formula);
  hit.adduct = text(HitColumn::adduct);
  hit.message = text(HitColumn::message);
  if (source->ours()) {
    hit.exact_mass = real(HitColumn::exact_mass);
    hit.mass_error_ppm = real(HitColumn::mass_error_ppm);
    hit.precursor_mz = real(HitColumn::precursor_mz);
    hit.spectra = spectra();
  } else {
    hit.precursor_mz = parse_number(cell(HitColumn::precursor_mz));
  }
  return hit;
}

HitsReader::HitsReader(const std::filesystem::path& path) : impl_(std::make_unique<Impl>(path)) {}
HitsReader::~HitsReader() = default;
HitsReader::HitsReader(HitsReader&&) noexcept = default;

const HitsColumns& HitsReader::columns() const noexcept {
  return impl_->columns;
}
bool HitsReader::of_one_query() const noexcept {
  return impl_->of_one_query;
}
bool HitsReader::of_another_program() const noexcept {
  return impl_->counts_from_one || impl_->columns.named_by != NamedBy::id;
}
std::size_t HitsReader::line() const noexcept {
  return impl_->source->line();
}
const std::vector<std::string>& HitsReader::column_names() const noexcept {
  return impl_->source->header().names;
}
std::vector<std::string> HitsReader::cells() const {
  const auto& cells = impl_->source->cells();
  return {cells.begin(), cells.end()};
}

std::optional<Hit> HitsReader::next() {
  if (!impl_->source->next()) return {};
  return impl_->hit();
}

}  // namespace specbridge
