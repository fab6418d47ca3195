#pragma once

namespace specbridge {

/// What to do when the output is there already.
enum class Existing { refuse, replace };

}  // namespace specbridge
