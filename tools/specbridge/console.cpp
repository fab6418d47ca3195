#include "console.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.h"

namespace specbridge::tool {
namespace {

using namespace std::chrono_literals;

constexpr auto kTerminalInterval = 200ms;
constexpr auto kLogInterval = 30s;

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::size_t>(seconds + 0.5);
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 7200) return fmt::format("{} min", whole / 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace

Console::Console(Verbosity verbosity)
    : verbosity_(verbosity), terminal_(isatty(STDERR_FILENO) != 0) {
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
  spdlog::warn("warning: {}", text);
}

void Console::summary(std::string_view text) {
  const std::lock_guard lock(mutex_);
  clear_line();
  spdlog::info(text);
}

void Console::begin_stage(std::string_view stage) {
  if (stage == stage_) return;
  stage_ = stage;
  stage_start_ = last_shown_ = Clock::now();
}

std::string Console::progress_text(std::size_t done, std::size_t total,
                                   std::string_view detail) const {
  const double seconds = std::chrono::duration<double>(Clock::now() - stage_start_).count();
  std::string text = fmt::format("{}: {}", stage_, with_thousands(done));
  if (total > 0) {
    text += fmt::format(" of {} ({} %)", with_thousands(total), 100 * done / total);
  }
  if (seconds > 1 && done > 0) {
    const double rate = static_cast<double>(done) / seconds;
    text += fmt::format(", {:.{}f}/s", rate, rate < 10 ? 1 : 0);
    if (total > done) {
      text += fmt::format(", {} left", duration_text(static_cast<double>(total - done) / rate));
    }
  }
  if (!detail.empty()) text += fmt::format(", {}", detail);
  return text;
}

void Console::progress(std::string_view stage, std::size_t done, std::size_t total,
                       std::string_view detail) {
  const std::lock_guard lock(mutex_);
  begin_stage(stage);
  if (verbosity_ == Verbosity::quiet) return;
  const auto now = Clock::now();
  if (terminal_) {
    if (now - last_shown_ < kTerminalInterval && done != total) return;
    fmt::print(stderr, "\r\033[K{}", progress_text(done, total, detail));
    std::fflush(stderr);
    line_open_ = true;
  } else {
    if (now - last_shown_ < kLogInterval) return;
    spdlog::info(progress_text(done, total, detail));
  }
  last_shown_ = now;
}

}  // namespace specbridge::tool
