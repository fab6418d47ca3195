#include "library/build/spill_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "specbridge/error.h"
#include "store/mapped_file.h"

namespace specbridge {
namespace fs = std::filesystem;

struct SpillFile::Impl {
  fs::path path;
  std::FILE* file = nullptr;
  std::uint64_t written = 0;
  std::optional<MappedFile> map;

  [[noreturn]] void fail() const {
    throw OutputError(
        fmt::format("{}: cannot be written ({})", path.string(), std::strerror(errno)));
  }
};

SpillFile::SpillFile(fs::path file) : impl_(std::make_unique<Impl>()) {
  impl_->path = std::move(file);
  impl_->file = std::fopen(impl_->path.c_str(), "wb");
  if (impl_->file == nullptr) impl_->fail();
}

SpillFile::~SpillFile() {
  if (impl_ == nullptr) return;
  if (impl_->file != nullptr) std::fclose(impl_->file);
  std::error_code ignored;
  fs::remove(impl_->path, ignored);
}

SpillFile::SpillFile(SpillFile&&) noexcept = default;

std::uint64_t SpillFile::append(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), impl_->file) != bytes.size()) impl_->fail();
  return std::exchange(impl_->written, impl_->written + bytes.size());
}

void SpillFile::turn() {
  if (std::fclose(std::exchange(impl_->file, nullptr)) != 0) impl_->fail();
  if (impl_->written > 0) impl_->map.emplace(impl_->path);
}

std::string_view SpillFile::bytes(std::uint64_t offset, std::uint64_t length) const {
  return impl_->map->bytes().substr(offset, length);
}

}  // namespace specbridge
