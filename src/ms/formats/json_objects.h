#pragma once

#include <cstddef>
#include <string>

#include "store/byte_reader.h"

namespace specbridge {

/// Cuts a stream of JSON into the objects of its outer array (or objects one after the other), one
/// in memory at a time. Where one object holds that array, {"spectra": [...]}, what stands around
/// it is passed over.
class JsonObjects {
 public:
  static constexpr std::size_t kMaxObjectBytes = std::size_t{16} << 20;
  static constexpr std::size_t kMaxDepth = 64;

  enum class Outcome {
    object,      ///< text() is one object, from brace to brace
    too_large,   ///< an object above the limits was passed over
    unfinished,  ///< the stream ends within an object
    stray,       ///< something that is no object stands between objects; text() is its beginning
    unclosed,    ///< the stream ends within the array, behind a whole object; said once
    end,
  };

  explicit JsonObjects(ByteReader bytes) : bytes_(std::move(bytes)) {}

  Outcome next();
  const std::string& text() const noexcept { return text_; }
  /// Lines, from 1, on which the object begins and on which reading stands.
  std::size_t first_line() const noexcept { return first_line_; }
  std::size_t line() const noexcept { return line_; }
  const std::string& name() const noexcept { return bytes_.name(); }

 private:
  bool refill();
  void skip_wrapper();
  bool skip_to_object();
  Outcome take_object();

  ByteReader bytes_;
  std::string buffer_, text_;
  std::size_t at_ = 0, line_ = 1, first_line_ = 0;
  std::size_t open_ = 0;  // brackets between objects that have not been closed
  bool begun_ = false, wrapped_ = false, ended_ = false;
};

}  // namespace specbridge
