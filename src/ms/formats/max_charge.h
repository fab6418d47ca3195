#pragma once

namespace specbridge {

/// No small molecule has an ion with more charges: a record or an adduct that states more is not
/// believed.
inline constexpr int kMaxCharge = 20;

}  // namespace specbridge
