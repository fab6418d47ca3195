#include "ranking/hits_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "ranking/hits_table.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

/// Whether the columns are those of search.
bool is_ours(std::span<const std::string> names) {
  if (names.size() < kHitColumns) return false;
  for (std::size_t i = 0; i < kHitColumns; ++i) {
    if (names[i] != to_string(static_cast<HitColumn>(i))) return false;
  }
  return true;
}

/// A table of ours, which is written without quotes.
class PlainHits final : public HitsSource {
 public:
  PlainHits(TableLines lines, TableHeader header)
      : HitsSource(std::move(lines), std::move(header), true) {}

  bool next() override {
    cells_.clear();
    current_ = lines_.next();
    while (current_ && trim(current_->text).empty()) current_ = lines_.next();
    if (!current_) return false;
    line_ = current_->number;
    for (const auto part : split(current_->text, '\t')) cells_.push_back(trim(part));
    check_width();
    return true;
  }

 private:
  std::optional<TableLine> current_;  // holds the text of the cells
};

/// A table of any program, or one of ours that is separated by commas.
class QuotedHits final : public HitsSource {
 public:
  QuotedHits(TableLines lines, TableHeader header, bool ours)
      : HitsSource(std::move(lines), std::move(header), ours) {}

  bool next() override {
    cells_.clear();
    row_ = next_row(lines_, header_.separator);
    if (!row_) return false;
    line_ = row_->line;
    if (row_->cells.open) {
      throw InputError(at(line_), "a quoted value does not end; expected a closing '\"'");
    }
    for (const auto& value : row_->cells.values) {
      cells_.push_back(ours_ ? trim(value) : value_of_cell(value));
    }
    check_width();
    return true;
  }

 private:
  std::optional<SeparatedRow> row_;  // holds the text of the cells
};

/// A value as a cell of the table has it; nothing for what is no single value.
std::optional<std::string> text_of(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_structured()) return {};
  return value.dump();
}

/// JSON lines: an object a query, with its answers.
class JsonHits final : public HitsSource {
 public:
  explicit JsonHits(TableLines lines) : HitsSource(std::move(lines), header_of_ours(), true) {
    add_further_names();
  }

  bool next() override {
    while (next_ == rows_.size()) {
      auto text = lines_.next();
      if (!text) return false;
      if (trim(text->text).empty()) continue;
      line_ = text->number;
      read_query(text->text);
    }
    cells_.clear();
    for (const auto& cell : rows_[next_]) cells_.push_back(trim(cell));
    ++next_;
    return true;
  }

 private:
  static TableHeader header_of_ours() {
    TableHeader header;
    for (const auto& column : columns_of({.spectra = true})) header.names.push_back(column.name);
    header.line = 1;
    return header;
  }

  /// Columns that only some tables have: those of the first query with an answer, if it is near.
  void add_further_names() {
    constexpr std::size_t kLines = 1000;
    for (std::size_t i = 0; i < kLines; ++i) {
      const TableLine* line = lines_.peek(i);
      if (line == nullptr) return;
      constexpr bool kNoExceptions = false;  // what is wrong is said when it is read
      const Json query = Json::parse(line->text, nullptr, kNoExceptions);
      if (!query.is_object()) continue;
      add_names(query);
      const auto answers = query.find("answers");
      if (answers == query.end() || !answers->is_array() || answers->empty()) continue;
      if (answers->front().is_object()) add_names(answers->front());
      return;
    }
  }

  void add_names(const Json& object) {
    auto& names = header_.names;
    for (const auto& member : object.items()) {
      const bool known = std::ranges::find(names, member.key()) != names.end();
      if (!known && member.key() != "answers") names.push_back(member.key());
    }
  }

  void read_query(const std::string& text) {
    const Json query = parse_json(text, to_string(at(line_)));
    rows_.clear();
    next_ = 0;
    if (!query.is_object()) refuse("is no object");
    const Json none = Json::array();
    const Json& answers = query.contains("answers") ? query["answers"] : none;
    if (!answers.is_array()) refuse("has \"answers\" that are no list");
    if (answers.empty()) add_row(query, Json::object());
    for (const auto& answer : answers) {
      if (!answer.is_object()) refuse("has an answer that is no object");
      add_row(query, answer);
    }
  }

  [[noreturn]] void refuse(std::string_view found) const {
    throw InputError(at(line_), fmt::format("{}; expected JSON lines as search --format jsonl "
                                            "writes them: one object a query",
                                            found));
  }

  std::string single(const Json& value) const {
    auto text = text_of(value);
    if (!text) refuse("has lists or objects where a value is expected");
    return std::move(*text);
  }

  /// A value, or a list of them: "3;4;7".
  std::string cell_of(const Json& value) const {
    if (!value.is_array()) return single(value);
    std::string cell;
    for (const auto& one : value) cell += (cell.empty() ? "" : ";") + single(one);
    return cell;
  }

  /// What an answer does not say is said of its query.
  void add_row(const Json& query, const Json& answer) {
    std::vector<std::string> row;
    for (const auto& name : header_.names) {
      const Json& source = answer.contains(name) ? answer : query;
      row.push_back(source.contains(name) ? cell_of(source[name]) : std::string());
    }
    rows_.push_back(std::move(row));
  }

  std::vector<std::vector<std::string>> rows_;  // of one query
  std::size_t next_ = 0;
};

/// Whether the first line that is not blank begins an object.
bool is_json(TableLines& lines) {
  for (std::size_t i = 0; const TableLine* line = lines.peek(i); ++i) {
    const auto text = trim(line->text);
    if (!text.empty()) return text.front() == '{';
  }
  return false;
}

}  // namespace

void HitsSource::check_width() const {
  if (cells_.size() == header_.names.size()) return;
  throw InputError(at(line_), fmt::format("{}, but the header has {}",
                                          counted(cells_.size(), "column"), header_.names.size()));
}

std::unique_ptr<HitsSource> open_hits_source(const std::filesystem::path& path) {
  TableLines lines{LineReader(path)};
  if (is_json(lines)) return std::make_unique<JsonHits>(std::move(lines));
  auto header = read_table_header(lines);
  if (!header) {
    throw InputError(lines.at(0), "empty; a line with the names of columns is expected");
  }
  if (header->names.front() == "MTD") {
    throw InputError(lines.at(header->line),
                     "mzTab is written, not read; expected a table of hits, which search writes "
                     "with --format tsv, csv or jsonl");
  }
  const bool ours = is_ours(header->names);
  if (ours && header->separator == '\t') {
    return std::make_unique<PlainHits>(std::move(lines), std::move(*header));
  }
  return std::make_unique<QuotedHits>(std::move(lines), std::move(*header), ours);
}

}  // namespace specbridge
