#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace specbridge {

/// Compresses a text that comes in pieces into one gzip member, whose header names neither time nor
/// system: the same pieces give the same bytes.
class GzipStream {
 public:
  static constexpr int kOrdinary = 6, kSmallest = 9;
  /// @throws ResourceError without memory
  explicit GzipStream(int level = kOrdinary);
  ~GzipStream();
  GzipStream(GzipStream&&) noexcept;

  /// What is ready of the compressed bytes.
  std::string add(std::string_view text);
  /// The rest of them. Nothing may be added behind.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
