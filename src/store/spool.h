#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace specbridge {

/// Lines that wait in a file without a name, in the folder for such files (TMPDIR), until they are
/// read back; it is gone with the object.
class Spool {
 public:
  /// @throws OutputError
  Spool();
  /// @throws OutputError
  void write(std::string_view text);
  /// From here on lines are read, from the first. @throws OutputError
  void turn();
  /// The next line, with its end; false behind the last. @throws OutputError
  bool read(std::string& line);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace specbridge
