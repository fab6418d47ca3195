#include "store/encoded/gzip_stream.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "specbridge/error.h"

namespace specbridge {

struct GzipStream::Impl {
  z_stream zlib{};

  /// Compresses all of a piece.
  std::string deflated(std::string_view text, int flush) {
    constexpr std::size_t kRoom = std::size_t{1} << 16;
    std::string packed;
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    zlib.avail_in = static_cast<uInt>(text.size());
    int status = Z_OK;
    do {
      const std::size_t before = packed.size();
      packed.resize(before + kRoom);
      zlib.next_out = reinterpret_cast<Bytef*>(packed.data() + before);
      zlib.avail_out = static_cast<uInt>(kRoom);
      status = deflate(&zlib, flush);
      packed.resize(before + kRoom - zlib.avail_out);
    } while (status == Z_OK && zlib.avail_out == 0);
    if (status == Z_STREAM_ERROR) throw std::logic_error("a gzip stream that is at its end");
    return packed;
  }
};

GzipStream::GzipStream(int level) : impl_(std::make_unique<Impl>()) {
  constexpr int kWindowOfGzip = 15 + 16, kMemoryLevel = 8;
  if (deflateInit2(&impl_->zlib, level, Z_DEFLATED, kWindowOfGzip, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw ResourceError("no memory to compress what is written; free some");
  }
}

GzipStream::~GzipStream() {
  if (impl_) deflateEnd(&impl_->zlib);
}

GzipStream::GzipStream(GzipStream&&) noexcept = default;

std::string GzipStream::add(std::string_view text) {
  std::string packed;
  while (!text.empty()) {
    const auto piece = text.substr(0, std::numeric_limits<uInt>::max());
    packed += impl_->deflated(piece, Z_NO_FLUSH);
    text.remove_prefix(piece.size());
  }
  return packed;
}

std::string GzipStream::finish() {
  return impl_->deflated({}, Z_FINISH);
}

}  // namespace specbridge
