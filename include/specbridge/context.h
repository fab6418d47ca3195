#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "specbridge/device.h"
#include "specbridge/precision.h"

namespace specbridge {

/// Where the library says what it does. Implementations must accept calls from any thread.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// A sentence for the user, said once.
  virtual void info(std::string_view text) = 0;
  /// Something the user should look at, though the run goes on.
  virtual void warning(std::string_view text) = 0;
  /// State of a long stage. `total` 0: unknown. `detail` adds figures (loss, rate).
  virtual void progress(std::string_view stage, std::size_t done, std::size_t total,
                        std::string_view detail) = 0;
  /// State of a long stage whose number of items is not known, but the share that is done, in
  /// [0, 1] (0: unknown, too). Where it is not overridden, the number is estimated from the share.
  virtual void progress_by_share(std::string_view stage, std::size_t done, double share);
};

/// What every verb is told about the run, apart from its own configuration.
struct RunContext {
  Device device;
  std::size_t threads = 1;
  Precision precision = Precision::float32;  ///< of trained networks; training has its own
  std::uint64_t seed = 1;
  Reporter* reporter = nullptr;                  ///< nullptr: silent
  const std::atomic<bool>* interrupt = nullptr;  ///< set by the program's signal handler
  std::string command_line;                      ///< recorded in artifacts
  /// Where what was worked out may be kept for later runs, which can do without; empty: nowhere.
  std::filesystem::path cache;
  std::string cache_maker;  ///< the program, to the build: what another kept is not taken

  void info(std::string_view text) const {
    if (reporter != nullptr) reporter->info(text);
  }
  void warning(std::string_view text) const {
    if (reporter != nullptr) reporter->warning(text);
  }
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view detail = {}) const {
    if (reporter != nullptr) reporter->progress(stage, done, total, detail);
  }
  void progress_by_share(std::string_view stage, std::size_t done, double share) const {
    if (reporter != nullptr) reporter->progress_by_share(stage, done, share);
  }
  bool interrupted() const { return interrupt != nullptr && interrupt->load(); }
  /// @throws Interrupted when the user asked to stop
  void check_interrupt() const;
};

}  // namespace specbridge
