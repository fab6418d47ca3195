#include "ms/tables/in_silico_library.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "base/characters.h"
#include "base/text.h"
#include "ms/formats/record.h"
#include "ms/tables/peak_cells.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr const char* kTable = "IN_SILICO_LIBRARY";
constexpr std::size_t kMostInMemory = std::size_t{1} << 30;
constexpr int kMostOfRow = 1 << 26;  // bytes; with more the database is damaged
// The first are needed.
constexpr std::array<const char*, 5> kColumns = {"COMPID", "SMILES", "MZS", "INTENSITYS",
                                                 "EXACTMOLWT"};
constexpr std::size_t kNeeded = 4;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct EndStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, EndStatement>;

/// A path as the address of a file that nobody changes, so that no lock or journal is made for it.
std::string address_of(const std::string& path) {
  std::string address = "file:";
  for (const char c : path) {
    if (is_digit(c) || is_letter(c) || std::string_view("/.-_").find(c) != std::string_view::npos) {
      address += c;
    } else {
      address += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return address + "?immutable=1";
}

std::string all_of(ByteReader& bytes) {
  std::string text;
  while (bytes.read(text)) {
    if (text.size() > kMostInMemory) {
      throw InputError({bytes.name(), 0},
                       "is an SQLite database of more than 1 GiB that is compressed or no file; "
                       "unpack it, and name the file");
    }
  }
  return text;
}

/// Walks over the rows of the table.
class InSilicoLibraryReader final : public SpectrumReader {
 public:
  InSilicoLibraryReader(ByteReader bytes, std::string label)
      : name_(bytes.name()), record_(name_, std::move(label), Silence::is_electron) {
    open(bytes);
    sqlite3_limit(database_.get(), SQLITE_LIMIT_LENGTH, kMostOfRow);
    sqlite3_db_config(database_.get(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0,
                      static_cast<int*>(nullptr));
    find_columns();
    std::string query = "SELECT ";
    for (std::size_t i = 0; i < columns_; ++i) query += fmt::format("{}, ", kColumns[i]);
    rows_ = prepared(query + fmt::format("rowid FROM {} ORDER BY rowid", kTable));
  }

  SpectrumFormat format() const noexcept override { return SpectrumFormat::fastei; }

  bool next(Spectrum& spectrum) override {
    const int state = sqlite3_step(rows_.get());
    if (state == SQLITE_DONE) return false;
    ++row_;
    if (state != SQLITE_ROW) fail();
    record_.begin(spectrum, row_);
    if (largest_cell() > kMaxLineOfSpectra) {
      record_.problem(row_, "a cell of the row is larger than 1 MiB");
    } else {
      read_row();
    }
    record_.finish({"NAME"});
    return true;
  }

 private:
  [[noreturn]] void fail() const {
    throw InputError({name_, row_},
                     fmt::format("the SQLite database cannot be read ({}); fetch it again",
                                 sqlite3_errmsg(database_.get())));
  }

  void open(ByteReader& bytes) {
    sqlite3* opened = nullptr;
    const auto path = bytes.plain_file();
    const std::string address = path ? address_of(path->string()) : ":memory:";
    const int state =
        sqlite3_open_v2(address.c_str(), &opened,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    database_.reset(opened);
    if (state != SQLITE_OK) fail();
    if (path) return;
    held_ = all_of(bytes);
    const auto size = static_cast<sqlite3_int64>(held_.size());
    if (sqlite3_deserialize(opened, "main", reinterpret_cast<unsigned char*>(held_.data()), size,
                            size, SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
      fail();
    }
  }

  Statement prepared(const std::string& query) const {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(database_.get(), query.c_str(), -1, &made, nullptr) != SQLITE_OK) fail();
    return Statement(made);
  }

  bool has_column(const char* column) const {
    const Statement found = prepared(fmt::format(
        "SELECT count(*) FROM pragma_table_info('{}') WHERE upper(name) = '{}'", kTable, column));
    if (sqlite3_step(found.get()) != SQLITE_ROW) fail();
    return sqlite3_column_int(found.get(), 0) == 1;
  }

  void find_columns() {
    for (columns_ = 0; columns_ < kColumns.size() && has_column(kColumns[columns_]); ++columns_) {
    }
    if (columns_ >= kNeeded) return;
    throw InputError({name_, 0},
                     "is an SQLite database without a table IN_SILICO_LIBRARY of "
                     "FastEI; expected its columns COMPID, SMILES, MZS and INTENSITYS");
  }

  std::size_t largest_cell() const {
    int largest = 0;
    for (int i = 0; i < static_cast<int>(columns_); ++i) {
      largest = std::max(largest, sqlite3_column_bytes(rows_.get(), i));
    }
    return static_cast<std::size_t>(largest);
  }

  void read_row() {
    add(0, "NAME");
    add(1, "SMILES");
    if (columns_ > kNeeded) add(4, "EXACTMASS");
    add_peak_cells(cell(2), cell(3), row_, record_);
  }

  /// The text of a cell; it lives until the next row.
  std::string_view cell(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(rows_.get(), column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(rows_.get(), column))};
  }

  void add(int column, const char* key) {
    const auto value = trim(cell(column));
    if (!value.empty()) record_.add({key, std::string(value), row_, ""});
  }

  std::string name_, held_;
  Database database_;
  Statement rows_;
  RecordBuilder record_;
  std::size_t columns_ = 0, row_ = 0;
};

}  // namespace

bool is_sqlite(std::string_view beginning) {
  return beginning.starts_with(std::string_view("SQLite format 3\0", 16));
}

std::unique_ptr<SpectrumReader> in_silico_library_reader(ByteReader bytes, std::string label) {
  return std::make_unique<InSilicoLibraryReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
