#include "console.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/text.h"

namespace specbridge::tool {
namespace {

using namespace std::chrono_literals;

constexpr auto kTerminalInterval = 200ms;
constexpr auto kLogInterval = 30s;
constexpr std::size_t kBarColumns = 20;
constexpr std::size_t kUsualColumns = 80;

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::size_t>(seconds + 0.5);
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7200) return fmt::format("{} min", whole / 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// A terminal that cannot go back in its line gets what a file gets.
bool is_terminal() {
  return isatty(STDERR_FILENO) != 0 && variable("TERM") != "dumb";
}

/// Columns of the terminal now: it may have been resized.
std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const auto stated = parse_integer(variable("COLUMNS"));
  return stated && *stated > 0 ? static_cast<std::size_t>(*stated) : kUsualColumns;
}

/// "[=====>    ]"
std::string bar(double share) {
  const std::size_t full =
      std::min(kBarColumns, static_cast<std::size_t>(static_cast<double>(kBarColumns) * share));
  std::string text(full, '=');
  if (full < kBarColumns) text += '>';
  text.resize(kBarColumns, ' ');
  return "[" + text + "] ";
}

}  // namespace

bool stderr_has_colours() {
  return is_terminal() && variable("NO_COLOR").empty();
}

Console::Console(Verbosity verbosity, ProgressLine line)
    : verbosity_(verbosity), line_(line), terminal_(is_terminal()), colours_(stderr_has_colours()) {
  auto logger = spdlog::get("specbridge");
  if (!logger) logger = spdlog::stderr_logger_mt("specbridge");
  logger->set_pattern("%v");
  logger->set_level(verbosity == Verbosity::verbose  ? spdlog::level::debug
                    : verbosity == Verbosity::normal ? spdlog::level::info
                                                     : spdlog::level::err);
  spdlog::set_default_logger(logger);
}

Console::~Console() {
  clear_line();
}

void Console::clear_line() {
  if (!line_open_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  line_open_ = false;
}

void Console::info(std::string_view text) {
  const std::lock_guard lock(mutex_);
  clear_line();
  spdlog::debug(text);
}

void Console::warning(std::string_view text) {
  const std::lock_guard lock(mutex_);
  clear_line();
  spdlog::warn("{}warning:{} {}", colours_ ? "\033[33m" : "", colours_ ? "\033[0m" : "", text);
}

void Console::summary(std::string_view text) {
  const std::lock_guard lock(mutex_);
  end_stage();
  clear_line();
  spdlog::info(text);
}

void Console::print(std::string_view text) {
  const std::lock_guard lock(mutex_);
  end_stage();
  clear_line();
  std::cout << text << std::flush;
}

double Console::seconds_of_stage() const {
  return std::chrono::duration<double>(Clock::now() - stage_start_).count();
}

void Console::end_stage() {
  if (!stage_.empty() && verbosity_ == Verbosity::verbose) {
    clear_line();
    spdlog::debug("{}: took {:.1f} s", stage_, seconds_of_stage());
  }
  stage_.clear();
}

void Console::begin_stage(std::string_view stage) {
  if (stage == stage_) return;
  end_stage();
  stage_ = stage;
  stage_start_ = last_shown_ = Clock::now();
}

std::string Console::progress_text(const State& state, std::string_view detail) const {
  const double seconds = seconds_of_stage();
  const auto percent = static_cast<std::size_t>(100 * state.share);
  std::string text = fmt::format("{}: ", stage_);
  if (state.share > 0 && terminal_) text += bar(state.share);
  text += with_thousands(state.done);
  if (state.total > 0) {
    text += fmt::format(" of {} ({} %)", with_thousands(state.total), percent);
  } else if (state.share > 0) {
    text += fmt::format(" ({} %)", percent);
  }
  if (seconds > 1 && state.done > 0) {
    if (state.share > 0 && state.share < 1) {
      text += fmt::format(", {} left", duration_text(seconds * (1 - state.share) / state.share));
    }
    const double rate = static_cast<double>(state.done) / seconds;
    text += fmt::format(", {:.{}f}/s", rate, rate < 10 ? 1 : 0);
  }
  if (!detail.empty()) text += fmt::format(", {}", detail);
  return text;
}

void Console::progress(std::string_view stage, std::size_t done, std::size_t total,
                       std::string_view detail) {
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
  show(stage, {done, total, share}, detail);
}

void Console::progress_by_share(std::string_view stage, std::size_t done, double share) {
  show(stage, {done, 0, share}, {});
}

void Console::show(std::string_view stage, const State& state, std::string_view detail) {
  const std::lock_guard lock(mutex_);
  begin_stage(stage);
  if (verbosity_ == Verbosity::quiet) return;
  const auto now = Clock::now();
  if (terminal_) {
    if (line_ == ProgressLine::hidden) return;
    if (now - last_shown_ < kTerminalInterval && state.share != 1) return;
    // The last column stays free: some terminals begin a new line behind it.
    const std::string text = one_line(progress_text(state, detail));
    fmt::print(stderr, "\r\033[K{}", first_columns(text, terminal_columns() - 1));
    std::fflush(stderr);
    line_open_ = true;
  } else {
    if (now - last_shown_ < kLogInterval) return;
    spdlog::info(progress_text(state, detail));
  }
  last_shown_ = now;
}

}  // namespace specbridge::tool
