#pragma once

#include <string_view>

namespace specbridge {

/// The version of LibTorch that the program was built for, "2.11.0".
std::string_view torch_version();

}  // namespace specbridge
