#include "process.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <system_error>

#include "exit_codes.h"
#include "store/mapped_file.h"
#include "store/partial.h"

namespace specbridge::tool {
namespace {

std::atomic<bool> leaving = false;

[[noreturn]] void give_up(int code, const char* message) {
  static std::atomic<bool> begun = false;
  if (begun.exchange(true)) _exit(code);  // even this was too much
  std::fflush(stdout);
  std::fprintf(stderr, "specbridge: %s\n", message);
  std::fflush(stderr);
  remove_partials();
  _exit(code);
}

constexpr const char* kNoMemory =
    "out of memory or threads; use fewer --threads or a machine with more";

/// An exception that nobody can catch: thrown in a thread of a library, or while another is thrown.
[[noreturn]] void on_terminate() {
  try {
    if (const auto current = std::current_exception()) std::rethrow_exception(current);
  } catch (const std::bad_alloc&) {
    give_up(bad_resource, kNoMemory);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::resource_unavailable_try_again) {
      give_up(bad_resource, kNoMemory);
    }
  } catch (...) {
  }
  give_up(internal, "internal error, please report it: an exception where none is expected");
}

/// OpenMP calls exit() when it can start no thread.
void on_foreign_exit(int, void*) {
  if (!leaving) give_up(bad_resource, kNoMemory);
}

}  // namespace

void guard_against_want_of_memory() {
  std::set_terminate(on_terminate);
}

void guard_process() {
  guard_mapped_files();
  std::signal(SIGXFSZ, SIG_IGN);  // write() then says what is wrong
  std::signal(SIGPIPE, SIG_IGN);
  on_exit(on_foreign_exit, nullptr);
}

void leave(int code) {
  leaving = true;
  std::cout.flush();
  std::fflush(nullptr);
  _exit(code);
}

}  // namespace specbridge::tool
