#pragma once

#include <cstdint>
#include <optional>

namespace specbridge {

/// How far a distance is followed.
struct McesOptions {
  /// The exact value matters up to here; beyond it the value of myopic MCES is reported. Nothing:
  /// the exact value always.
  std::optional<double> threshold = 15;
  /// Nodes of the search after which it gives up. Nothing: 20,000, fewer for large molecules, so
  /// that hardly a pair takes more than ten seconds and results repeat.
  std::optional<std::uint64_t> max_nodes;
  /// Seconds after which it gives up. Nothing: never; results do not depend on the machine then.
  std::optional<double> max_seconds;
};

}  // namespace specbridge
