#pragma once

namespace specbridge {

/// Numeric type of the matrix products of linear layers; weights, sums, norms, attention and losses
/// stay float32.
enum class Precision { float32, bfloat16 };

/// Whether the processor multiplies matrices of bfloat16 by itself (AVX512_BF16), several times as
/// fast as float32; elsewhere it is imitated, and slower. Defined in base/processors.cpp.
bool processor_has_bfloat16();

}  // namespace specbridge
