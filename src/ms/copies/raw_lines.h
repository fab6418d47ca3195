#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "store/byte_reader.h"

namespace specbridge {

/// The lines of a file of spectra with their ends, byte for byte, numbered as its reader numbers
/// them; a byte order mark at the start of the file is left out. Of a line that is longer than
/// readers take only the beginning is kept.
class RawLines {
 public:
  explicit RawLines(ByteReader bytes) : bytes_(std::move(bytes)) {}

  /// Goes to the next line; false at the end. @throws InputError
  bool next();
  /// With its end (LF, CRLF or CR); valid until the next call.
  std::string_view line() const noexcept { return line_; }
  std::size_t number() const noexcept { return number_; }  ///< from 1

 private:
  /// Where the line ends whose end is not before `from`; npos: more must be read to tell.
  std::size_t behind_line(std::size_t from) const;

  ByteReader bytes_;
  std::string text_;
  std::size_t next_ = 0, number_ = 0;  // where the next line begins
  std::string_view line_;
};

}  // namespace specbridge
