#include "store/encoded/packed_lines.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <limits>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "specbridge/error.h"
#include "store/byte_reader.h"

namespace specbridge {
namespace {

constexpr std::size_t kKept = 64;  // blocks that were unpacked last, by number modulo this

std::string deflated(std::string_view text) {
  uLongf size = compressBound(text.size());
  std::string stream(size, '\0');
  const int status =
      compress2(reinterpret_cast<Bytef*>(stream.data()), &size,
                reinterpret_cast<const Bytef*>(text.data()), text.size(), Z_DEFAULT_COMPRESSION);
  if (status != Z_OK) throw std::bad_alloc();  // the room is enough by compressBound()
  stream.resize(size);
  return stream;
}

std::size_t blocks_of_lines(std::size_t lines) {
  return (lines + kPackedLines - 1) / kPackedLines;
}

}  // namespace

struct PackedLinesWriter::Impl {
  BlockWriter file;
  std::string block;
  std::size_t lines = 0;  ///< in the block
  std::vector<std::uint64_t> starts = {0};

  explicit Impl(const std::filesystem::path& path) : file(path) {}

  void end_block() {
    if (lines == 0) return;
    file.write(deflated(block));
    starts.push_back(file.size());
    block.clear();
    lines = 0;
  }
};

PackedLinesWriter::PackedLinesWriter(const std::filesystem::path& path)
    : impl_(std::make_unique<Impl>(path)) {}
PackedLinesWriter::~PackedLinesWriter() = default;
PackedLinesWriter::PackedLinesWriter(PackedLinesWriter&&) noexcept = default;

void PackedLinesWriter::add(std::string_view line) {
  impl_->block.append(line);
  impl_->block.push_back('\n');
  if (++impl_->lines == kPackedLines) impl_->end_block();
}

void PackedLinesWriter::finish() {
  impl_->end_block();
  impl_->file.write_values<std::uint64_t>(impl_->starts);
  impl_->file.finish();
}

struct PackedLines::Impl {
  struct Kept {
    std::mutex mutex;
    std::size_t block = std::numeric_limits<std::size_t>::max();
    std::shared_ptr<const std::string> text;
  };

  BlockFile file;
  std::size_t lines;
  std::uint64_t table;  ///< where it begins
  std::array<Kept, kKept> kept;

  Impl(BlockFile packed, std::size_t count) : file(std::move(packed)), lines(count), table(0) {
    const std::size_t blocks = blocks_of_lines(lines), words = blocks + 1;
    const bool fits = words <= file.size() / sizeof(std::uint64_t);
    if (fits) table = file.size() - words * sizeof(std::uint64_t);
    if (!fits || start(blocks) != table) {
      throw ArtifactError(
          fmt::format("{}: does not hold {} lines; build it again", file.path().string(), lines));
    }
  }

  std::uint64_t start(std::size_t block) const {
    std::uint64_t value = 0;
    file.bytes(table + block * sizeof(value), sizeof(value))
        .copy(reinterpret_cast<char*>(&value), sizeof(value));
    return value;
  }

  [[noreturn]] void malformed(std::size_t line) const {
    throw ArtifactError(fmt::format("{}: row {} is malformed; build the library again",
                                    file.path().string(), line));
  }

  std::shared_ptr<const std::string> unpacked(std::size_t block) const {
    constexpr std::size_t kMostBytes = std::size_t{1} << 28U;  // of 64 lines
    const std::uint64_t first = start(block), last = start(block + 1);
    if (first > last || last > table) malformed(block * kPackedLines);
    auto text = inflate_zlib(file.bytes(first, last - first), kMostBytes);
    if (!text) malformed(block * kPackedLines);
    return std::make_shared<const std::string>(*std::move(text));
  }
};

PackedLines::PackedLines(BlockFile file, std::size_t lines)
    : impl_(std::make_unique<Impl>(std::move(file), lines)) {}
PackedLines::~PackedLines() = default;
PackedLines::PackedLines(PackedLines&&) noexcept = default;

const std::filesystem::path& PackedLines::path() const noexcept {
  return impl_->file.path();
}

PackedLine PackedLines::line(std::size_t number) const {
  if (number >= impl_->lines) impl_->malformed(number);
  const std::size_t block = number / kPackedLines;
  Impl::Kept& kept = impl_->kept[block % kKept];
  std::shared_ptr<const std::string> text;
  {
    const std::scoped_lock lock(kept.mutex);
    if (kept.block != block) {
      kept.text = impl_->unpacked(block);
      kept.block = block;
    }
    text = kept.text;
  }
  std::string_view rest = *text;
  for (std::size_t i = 0; i < number % kPackedLines; ++i) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) impl_->malformed(number);
    rest.remove_prefix(end + 1);
  }
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) impl_->malformed(number);
  return {rest.substr(0, end), std::move(text)};
}

}  // namespace specbridge
