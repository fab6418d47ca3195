#include "ms/copies/raw_lines.h"

#include <utility>

#include "specbridge/spectrum_reader.h"

namespace specbridge {

std::size_t RawLines::behind_line(std::size_t from) const {
  const auto end = text_.find_first_of("\r\n", from);
  if (end == std::string::npos) return end;
  if (text_[end] == '\n') return end + 1;
  if (end + 1 == text_.size()) return std::string::npos;
  return text_[end + 1] == '\n' ? end + 2 : end + 1;
}

bool RawLines::next() {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::size_t end = behind_line(next_);
  while (end == std::string::npos) {
    text_.erase(0, std::exchange(next_, 0));
    const bool carriage = text_.ends_with('\r');  // it is looked at again: an LF may follow
    if (!carriage && text_.size() > kMaxLineOfSpectra) text_.resize(kMaxLineOfSpectra);
    const std::size_t searched = text_.size() - (carriage ? 1 : 0);
    end = bytes_.read(text_, number_) ? behind_line(searched) : text_.size();
  }
  if (end == next_) return false;
  line_ = std::string_view(text_).substr(next_, end - next_);
  next_ = end;
  if (number_ == 0 && line_.starts_with(kByteOrderMark)) line_.remove_prefix(kByteOrderMark.size());
  ++number_;
  return true;
}

}  // namespace specbridge
