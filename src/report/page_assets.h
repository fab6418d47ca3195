#pragma once

#include <string_view>

namespace specbridge {

// Files that are part of the program. Defined by the build: CMakeLists.txt embeds those of
// report/page.
std::string_view page_html();
std::string_view page_css();
std::string_view page_js();
std::string_view chart_js();

}  // namespace specbridge
