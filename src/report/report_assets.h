#pragma once

#include <string_view>

namespace specbridge {

// Files that are part of the program. Defined by the build: CMakeLists.txt embeds those of
// report/page, and the library that draws charts.
std::string_view report_html();
std::string_view report_js();
std::string_view chart_js();

}  // namespace specbridge
