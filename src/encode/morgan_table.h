#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "encode/morgan_encoder.h"

namespace specbridge {

/// In how many of `molecules` molecules each environment occurs. As text: the line
/// "molecules<TAB>N", then "id<TAB>count" by ascending id.
struct MorganTable {
  std::size_t molecules = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> frequency;

  /// ln((1 + N) / (1 + max(df, 1))): an environment never seen weighs as one seen once.
  double weight(std::uint32_t id) const;
};

std::string to_text(const MorganStatistics& statistics);

/// @throws ArtifactError naming file and line
MorganTable read_morgan_table(const std::filesystem::path& file);

}  // namespace specbridge
