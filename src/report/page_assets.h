#pragma once

#include <string_view>

namespace specbridge {

// Files that are part of the program: see src/eval/page and the build's list of embedded files.
std::string_view page_html();
std::string_view page_css();
std::string_view page_js();
std::string_view chart_js();

}  // namespace specbridge
