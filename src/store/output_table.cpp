#include "store/output_table.h"

#include <cstdio>

#include "specbridge/error.h"
#include "specbridge/existing.h"

namespace specbridge {
namespace {

[[noreturn]] void cannot_write() {
  throw OutputError("standard output: cannot be written");
}

}  // namespace

OutputTable::OutputTable(const std::filesystem::path& path, Existing existing) {
  if (path != "-") file_.emplace(path, existing);
}

void OutputTable::write(std::string_view text) {
  if (file_) {
    file_->write(text);
  } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
    cannot_write();
  }
}

void OutputTable::finish() {
  if (file_) {
    file_->commit();
  } else if (std::fflush(stdout) != 0) {
    cannot_write();
  }
}

}  // namespace specbridge
