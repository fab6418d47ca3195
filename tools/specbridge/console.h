#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "specbridge/context.h"

namespace specbridge::tool {

enum class Verbosity { quiet, normal, verbose };

/// Whether the state of long stages is shown on a terminal.
enum class ProgressLine { shown, hidden };

/// Whether colours may be sent to stderr: it is a terminal that knows them, and NO_COLOR is not
/// set.
bool stderr_has_colours();

/// Says on stderr what the library reports: warnings always (unless quiet), sentences when verbose,
/// and progress as a line that is rewritten on a terminal and never longer than it is wide, else as
/// a line every 30 seconds.
class Console : public Reporter {
 public:
  explicit Console(Verbosity verbosity, ProgressLine line = ProgressLine::shown);
  ~Console() override;

  void info(std::string_view text) override;
  void warning(std::string_view text) override;
  void progress(std::string_view stage, std::size_t done, std::size_t total,
                std::string_view detail) override;
  void progress_by_share(std::string_view stage, std::size_t done, double share) override;
  /// The closing sentence of a command.
  void summary(std::string_view text);
  /// Prints on stdout, behind nothing of stderr.
  void print(std::string_view text);

 private:
  using Clock = std::chrono::steady_clock;
  /// How far a stage is. `share` 0: not known; `total` 0: not known, whatever the share.
  struct State {
    std::size_t done = 0, total = 0;
    double share = 0;
  };
  void show(std::string_view stage, const State& state, std::string_view detail);
  void begin_stage(std::string_view stage);
  void end_stage();
  void clear_line();
  double seconds_of_stage() const;
  std::string progress_text(const State& state, std::string_view detail) const;

  Verbosity verbosity_;
  ProgressLine line_;
  bool terminal_, colours_;
  std::mutex mutex_;
  std::string stage_;
  Clock::time_point stage_start_, last_shown_;
  bool line_open_ = false;
};

}  // namespace specbridge::tool
