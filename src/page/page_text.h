#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// JSON as the text of a <script> element: it can neither end that element nor open another.
std::string inside_script(std::string_view json);

/// Puts a text where the first `place` stands ("@@STYLE@@"); nothing happens where there is none.
/// Filled last to first, a text that holds the name of a place is never filled itself.
void fill_place(std::string& page, std::string_view place, std::string_view text);

}  // namespace specbridge
