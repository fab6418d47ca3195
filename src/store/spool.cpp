#include "store/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "specbridge/error.h"

namespace specbridge {
namespace {

[[noreturn]] void failed() {
  std::error_code ignored;
  throw OutputError(fmt::format("{}: a temporary file there: {}; make room, or set TMPDIR",
                                std::filesystem::temp_directory_path(ignored).string(),
                                std::strerror(errno)));
}

/// A file that nobody else can open, and that ends with its handle.
std::FILE* open_nameless() {
  std::error_code failure;
  std::string name = (std::filesystem::temp_directory_path(failure) / "specbridge-XXXXXX").string();
  const int handle = mkostemp(name.data(), O_CLOEXEC);
  if (handle < 0) failed();
  unlink(name.c_str());
  std::FILE* file = fdopen(handle, "w+");
  if (file == nullptr) {
    close(handle);
    failed();
  }
  return file;
}

}  // namespace

Spool::Spool() : file_(open_nameless()) {}

void Spool::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) failed();
}

void Spool::turn() {
  if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0) failed();
}

bool Spool::read(std::string& line) {
  line.clear();
  std::array<char, 4096> piece{};
  while (std::fgets(piece.data(), piece.size(), file_.get()) != nullptr) {
    line += piece.data();
    if (line.ends_with('\n')) return true;
  }
  if (std::ferror(file_.get()) != 0) failed();
  return !line.empty();
}

}  // namespace specbridge
