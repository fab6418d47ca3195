#include "page/page_text.h"

namespace specbridge {
std::string inside_script(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";  // stands inside of strings only
    } else {
      text += c;
    }
  }
  return text;
}

void fill_place(std::string& page, std::string_view place, std::string_view text) {
  const auto at = page.find(place);
  if (at != std::string::npos) page.replace(at, place.size(), text);
}

}  // namespace specbridge
