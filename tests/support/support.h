#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace specbridge::test {

/// A folder of its own for one test, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// Writes a file into the folder and returns its path.
  std::filesystem::path write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

/// tests/fixtures of the checkout.
std::filesystem::path fixtures();
/// The checkout.
std::filesystem::path source_dir();
/// The real data beside the checkout (../shared/data, or SPECBRIDGE_DATA); tests skip when it is
/// absent.
std::filesystem::path real_data();
/// The Python of the project's environment, the oracle of some tests; may be absent.
std::filesystem::path python();
/// The program under test.
std::filesystem::path program();

/// What a finished command left.
struct CommandResult {
  int exit_code = -1;
  std::string out, err;
};
/// Runs a shell command and waits for it.
CommandResult run(const std::string& command);

/// The message of the exception that `action` throws; "" when it throws none.
std::string message_of(const std::function<void()>& action);

std::string slurp(const std::filesystem::path& path);

}  // namespace specbridge::test
