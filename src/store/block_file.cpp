#include "store/block_file.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "specbridge/error.h"
#include "store/mapped_file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

constexpr std::size_t kBlock = 1 << 20;
constexpr std::size_t kFrame = 64;  // header and footer; keeps the payload aligned for any element
// PNG's trick: a high bit and both line ends show mangling by text-mode transfers.
constexpr std::array<char, 8> kMagic = {'\x89', 'S', 'B', 'K', '\r', '\n', '\x1a', '\n'};
constexpr std::uint64_t kVersion = 1;

std::uint64_t checksum(std::string_view block, std::uint64_t number) {
  return XXH3_64bits_withSeed(block.data(), block.size(), number);
}

std::uint64_t word(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void put_word(char* at, std::uint64_t value) {
  std::memcpy(at, &value, sizeof value);
}

std::uint64_t blocks_of(std::uint64_t size) {
  return (size + kBlock - 1) / kBlock;
}

// Header: magic, version, zeros. Footer: magic, payload size, XXH3-64 of the table, zeros.
using Frame = std::array<char, kFrame>;

Frame frame(std::uint64_t first, std::uint64_t second) {
  Frame bytes{};
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  put_word(bytes.data() + 8, first);
  put_word(bytes.data() + 16, second);
  return bytes;
}

}  // namespace

struct BlockWriter::Impl {
  fs::path path;
  std::FILE* file = nullptr;
  std::string pending;
  std::vector<std::uint64_t> table;
  std::uint64_t size = 0;

  ~Impl() {
    if (file != nullptr) std::fclose(file);
  }
  void raw(std::string_view bytes) {
    if (bytes.empty()) return;  // fwrite must not see a null pointer
    if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) {
      throw OutputError(
          fmt::format("{}: cannot be written ({})", path.string(), std::strerror(errno)));
    }
  }
  void seal(std::string_view block) {
    table.push_back(checksum(block, table.size()));
    raw(block);
  }
};

BlockWriter::BlockWriter(const fs::path& path) : impl_(std::make_unique<Impl>()) {
  impl_->path = path;
  impl_->file = std::fopen(path.c_str(), "wb");
  if (impl_->file == nullptr) {
    throw OutputError(
        fmt::format("{}: cannot be written ({})", path.string(), std::strerror(errno)));
  }
  const Frame header = frame(kVersion, 0);
  impl_->raw({header.data(), header.size()});
}

BlockWriter::~BlockWriter() = default;
BlockWriter::BlockWriter(BlockWriter&&) noexcept = default;

void BlockWriter::write(std::string_view bytes) {
  impl_->size += bytes.size();
  while (!bytes.empty()) {
    const std::size_t room = std::min(kBlock - impl_->pending.size(), bytes.size());
    impl_->pending += bytes.substr(0, room);
    bytes.remove_prefix(room);
    if (impl_->pending.size() == kBlock) {
      impl_->seal(impl_->pending);
      impl_->pending.clear();
    }
  }
}

std::uint64_t BlockWriter::size() const noexcept {
  return impl_->size;
}

void BlockWriter::finish() {
  if (!impl_->pending.empty()) impl_->seal(impl_->pending);
  const std::string_view table(reinterpret_cast<const char*>(impl_->table.data()),
                               impl_->table.size() * sizeof(std::uint64_t));
  impl_->raw(table);
  const Frame footer = frame(impl_->size, checksum(table, impl_->size));
  impl_->raw({footer.data(), footer.size()});
  if (std::fclose(std::exchange(impl_->file, nullptr)) != 0) {
    throw OutputError(
        fmt::format("{}: cannot be written ({})", impl_->path.string(), std::strerror(errno)));
  }
}

struct BlockFile::Impl {
  MappedFile file;
  const char* map = nullptr;
  std::uint64_t size = 0, root = 0;
  const char* table = nullptr;
  std::vector<std::atomic<bool>> checked;

  explicit Impl(const fs::path& path) : file(path), map(file.bytes().data()) { check_frame(); }

  [[noreturn]] void fail(std::string_view problem) const {
    file.check();  // what looks damaged may be gone
    throw ArtifactError(
        fmt::format("{}: {}; make or copy it again", file.path().string(), problem));
  }
  void check_frame() {
    const std::size_t length = file.bytes().size();
    if (length < 2 * kFrame || std::memcmp(map, kMagic.data(), kMagic.size()) != 0) {
      fail("is not a block file of this program");
    }
    if (word(map + 8) > kVersion) fail("was written by a newer specbridge");
    if (std::memcmp(map, frame(kVersion, 0).data(), kFrame) != 0) fail("its header is damaged");
    const char* footer = map + length - kFrame;
    size = word(footer + 8);
    const std::uint64_t table_bytes = blocks_of(size) * sizeof(std::uint64_t);
    if (std::memcmp(footer, kMagic.data(), kMagic.size()) != 0 || size > length ||
        2 * kFrame + size + table_bytes != length) {
      fail("is truncated or damaged (its footer does not fit its length)");
    }
    table = map + kFrame + size;
    root = checksum({table, table_bytes}, size);
    if (std::memcmp(footer, frame(size, root).data(), kFrame) != 0) {
      fail("its checksum table is damaged");
    }
    checked = std::vector<std::atomic<bool>>(blocks_of(size));
  }
  void check_block(std::uint64_t number) {
    if (checked[number].load(std::memory_order_relaxed)) return;
    const std::uint64_t begin = number * kBlock;
    const std::string_view block(map + kFrame + begin,
                                 std::min<std::uint64_t>(kBlock, size - begin));
    if (checksum(block, number) != word(table + number * sizeof(std::uint64_t))) {
      fail(fmt::format("block {} of {} is damaged (checksum does not hold)", number + 1,
                       checked.size()));
    }
    checked[number].store(true, std::memory_order_relaxed);
  }
};

BlockFile::BlockFile(const fs::path& path) : impl_(std::make_unique<Impl>(path)) {}

BlockFile::~BlockFile() = default;
BlockFile::BlockFile(BlockFile&&) noexcept = default;
BlockFile& BlockFile::operator=(BlockFile&&) noexcept = default;

bool BlockFile::is_one(const fs::path& path) {
  std::array<char, kMagic.size()> start{};
  std::ifstream file(path, std::ios::binary);
  return file.read(start.data(), start.size()) && start == kMagic;
}

const fs::path& BlockFile::path() const noexcept {
  return impl_->file.path();
}

std::uint64_t BlockFile::size() const noexcept {
  return impl_->size;
}

std::uint64_t BlockFile::root() const noexcept {
  return impl_->root;
}

std::string_view BlockFile::bytes(std::uint64_t offset, std::uint64_t length) const {
  if (offset > impl_->size || length > impl_->size - offset) {
    impl_->fail(
        fmt::format("bytes {} to {} lie beyond its {}", offset, offset + length, impl_->size));
  }
  if (length == 0) return {};
  for (std::uint64_t block = offset / kBlock; block <= (offset + length - 1) / kBlock; ++block) {
    impl_->check_block(block);
  }
  impl_->file.check();
  return {impl_->map + kFrame + offset, static_cast<std::size_t>(length)};
}

void BlockFile::forget(std::uint64_t offset, std::uint64_t length) const noexcept {
  impl_->file.forget(kFrame + offset, length);
}

void BlockFile::verify() const {
  for (std::uint64_t block = 0; block < impl_->checked.size(); ++block) impl_->check_block(block);
}

}  // namespace specbridge
