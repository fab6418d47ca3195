#pragma once

namespace specbridge {

/// Atomic numbers of the elements that the rules name.
inline constexpr int kCarbon = 6, kNitrogen = 7, kOxygen = 8, kSulphur = 16, kIodine = 53;

}  // namespace specbridge
