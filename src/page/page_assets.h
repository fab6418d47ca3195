#pragma once

#include <string_view>

namespace specbridge {

// Files that are part of the program. Defined by the build: CMakeLists.txt embeds those of
// page/assets.

/// Style and script that all pages have in common.
std::string_view page_css();
std::string_view page_js();
/// The page of a search: its frame, what it reads, the list and the answers, the two drawings.
std::string_view hits_html();
std::string_view hits_sections();
std::string_view hits_data_js();
std::string_view hits_js();
std::string_view spectrum_js();
std::string_view structure_js();

}  // namespace specbridge
