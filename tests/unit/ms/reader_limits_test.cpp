// What a small file claims or unpacks to must not be what the program takes. Every file of the
// table is read by a child that may have little more memory than it starts with.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <fstream>
#include <functional>
#include <new>

#include "support/support.h"
#include "unit/ms/reader_cases.h"

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

namespace specbridge {
namespace {

// A record at its limit of 4,194,304 peaks takes 64 MiB, and half of that once more as it grows.
constexpr std::size_t kAllowedBytes = std::size_t{192} << 20;
enum Outcome : int { kAsExpected = 0, kOther = 1, kTooMuchMemory = 2 };

/// The address space of this program, in bytes.
std::size_t address_space() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// The outcome of `work` in a child that may take kAllowedBytes more; -1 when it did not end by
/// itself.
int in_narrow_child(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    const rlim_t limit = address_space() + kAllowedBytes;
    const rlimit limits = {limit, limit};
    setrlimit(RLIMIT_AS, &limits);
    try {
      _exit(work() ? kAsExpected : kOther);
    } catch (const std::bad_alloc&) {
      _exit(kTooMuchMemory);
    } catch (const std::exception&) {
      _exit(kOther);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ReaderLimits, AChildThatTakesMoreThanIsAllowedIsFound) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer reserves address space of its own";
  EXPECT_EQ(in_narrow_child([] { return std::string(2 * kAllowedBytes, 'x').back() == 'x'; }),
            kTooMuchMemory);
  EXPECT_EQ(in_narrow_child([] { return std::string(kAllowedBytes / 2, 'x').back() == 'x'; }),
            kAsExpected);
}

TEST(ReaderLimits, NoSmallFileTakesMemoryInProportionToWhatItClaims) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer reserves address space of its own";
  for (const char* name :
       {"mgf", "msp", "massbank", "mzml", "gnps-json", "jcamp", "tsv", "recognition"}) {
    const auto table = test::fixtures() / "ms" / "table" / (std::string(name) + ".cases");
    for (const auto& reader_case : test::reader_cases(table)) {
      EXPECT_EQ(
          in_narrow_child([&] { return test::outcome_of(reader_case) == reader_case.expected; }),
          kAsExpected)
          << name << ": " << reader_case.name;
    }
  }
}

}  // namespace
}  // namespace specbridge
