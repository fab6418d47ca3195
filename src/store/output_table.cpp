#include "store/output_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <string>

#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "store/mapped_file.h"

namespace specbridge {
namespace {

[[noreturn]] void cannot_write_rows() {
  if (errno == EPIPE) throw ReaderGone();
  throw OutputError("standard output: cannot be written");
}

/// Endings of files that hold no text, and what helps.
struct ForeignEnding {
  std::string_view endings, remedy;
};
constexpr std::array<ForeignEnding, 3> kForeignEndings = {{
    {" .xlsx .xls .xlsm .xlsb .ods .numbers ", "spreadsheets open it"},
    {" .gz .bgz .bz2 .xz .zst .zip .7z .tgz ", "compress it afterwards"},
    {" .parquet .feather .arrow .orc .avro .h5 .hdf5 .db .sqlite .sqlite3 .duckdb .pkl .json "
     ".jsonl .xml .html .pdf .mztab ",
     "convert it afterwards"},
}};

/// "hits" of hits.xlsx and of hits.tsv.gz.
std::string plain_stem(const std::filesystem::path& path, std::string_view ending) {
  const auto stem = path.stem();
  return (stem.extension() == ending ? stem.stem() : stem).string();
}

}  // namespace

void check_table_name(const std::filesystem::path& path, const FileKind& kind) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (ending.empty()) return;
  for (const auto& [endings, remedy] : kForeignEndings) {
    if (endings.find(" " + ending + " ") == std::string_view::npos) continue;
    throw UsageError(fmt::format("{}: {}, no {} file; name it {}{}, {}", path.string(),
                                 kind.is_written, ending, plain_stem(path, kind.ending),
                                 kind.ending, remedy));
  }
}

OutputTable::OutputTable(const std::filesystem::path& path, Existing existing,
                         const RunContext& context) {
  if (path != "-") file_.emplace(path, existing, context);
}

void OutputTable::write(std::string_view text) {
  if (file_) {
    file_->write(text);
    return;
  }
  check_mapped_files();
  printed_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    cannot_write_rows();
  }
}

void OutputTable::seal() {
  if (file_) {
    file_->seal();
  } else if (std::fflush(stdout) != 0) {
    cannot_write_rows();
  }
}

void OutputTable::finish() {
  seal();
  if (file_) file_->commit();
}

}  // namespace specbridge
