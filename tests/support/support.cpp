#include "support/support.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace specbridge::test {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "specbridge-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path TemporaryFolder::write(const std::string& name, const std::string& content) const {
  std::ofstream(path_ / name, std::ios::binary) << content;
  return path_ / name;
}

fs::path fixtures() {
  return source_dir() / "tests" / "fixtures";
}

fs::path source_dir() {
  return SPECBRIDGE_SOURCE_DIR;
}

fs::path real_data() {
  const char* chosen = std::getenv("SPECBRIDGE_DATA");
  return chosen != nullptr ? fs::path(chosen) : source_dir() / ".." / "shared" / "data";
}

fs::path python() {
  return SPECBRIDGE_PYTHON;
}

fs::path program() {
  return SPECBRIDGE_PROGRAM;
}

CommandResult run(const std::string& command) {
  const TemporaryFolder folder;
  const std::string out = folder / "out", err = folder / "err";
  const int status =
      std::system(("{ " + command + "\n} > '" + out + "' 2> '" + err + "' < /dev/null").c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), slurp(out), slurp(err)};
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace specbridge::test
