#include "store/output_table.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "store/mapped_file.h"

namespace specbridge {
namespace {

[[noreturn]] void cannot_write() {
  if (errno == EPIPE) throw ReaderGone();
  throw OutputError("standard output: cannot be written");
}

}  // namespace

OutputTable::OutputTable(const std::filesystem::path& path, Existing existing) {
  if (path != "-") file_.emplace(path, existing);
}

void OutputTable::write(std::string_view text) {
  if (file_) {
    file_->write(text);
    return;
  }
  check_mapped_files();
  printed_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    cannot_write();
  }
}

void OutputTable::seal() {
  if (file_) {
    file_->seal();
  } else if (std::fflush(stdout) != 0) {
    cannot_write();
  }
}

void OutputTable::finish() {
  seal();
  if (file_) file_->commit();
}

}  // namespace specbridge
