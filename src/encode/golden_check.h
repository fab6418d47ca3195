#pragma once

#include <string>

#include "base/matrix.h"

namespace specbridge {

/// Where golden vectors are recomputed: the exporter made them on a CPU.
enum class GoldenDevice { cpu, other };

/// Compares recomputed golden vectors with the stored ones: on the CPU the largest difference of a
/// value, relative to the vector's length, is at most 1e-4; elsewhere the cosine is at least
/// 0.9999.
/// @param where names the network's file in the message
/// @throws ArtifactError for the first vector, counted from 1, that differs
void check_golden(const Matrix& found, const Matrix& expected, GoldenDevice device,
                  const std::string& where);

}  // namespace specbridge
