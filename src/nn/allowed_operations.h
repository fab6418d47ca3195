#pragma once

#include <string_view>

namespace specbridge {

/// Whether an encoder may use a TorchScript operation ("aten::linear"). The list is explicit:
/// operations that touch files, print, call Python, start tasks or change the module are not on it.
bool is_allowed_operation(std::string_view name);

}  // namespace specbridge
