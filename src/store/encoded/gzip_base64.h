#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// Bytes as gzip and then base64: what a page unpacks only when it is looked at. The same for the
/// same bytes. @throws ResourceError when there is no memory
std::string gzip_base64(std::string_view bytes);

}  // namespace specbridge
