#pragma once

#include <string_view>

namespace specbridge {

// Files that are part of the program. Defined by the build: CMakeLists.txt embeds those of
// serve/assets.
std::string_view service_html();
std::string_view service_js();
std::string_view openapi_json();

}  // namespace specbridge
