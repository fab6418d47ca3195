#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace specbridge {

/// A place in an input file. Line 0 means the file as a whole.
struct SourcePos {
  std::string file;
  std::size_t line = 0;
};

/// "file:line" or "file".
std::string to_string(const SourcePos& at);

/// Everything specbridge throws for a reason outside the program. The message is one line: where,
/// what was found, what was expected, what to do. A mistake of our own is std::logic_error.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The command line or a configuration cannot be followed (exit code 2).
class UsageError : public Error {
 public:
  using Error::Error;
};

/// Spectra, molecules, candidates, truth or hits are missing or unreadable (exit code 3).
class InputError : public Error {
 public:
  InputError(SourcePos at, std::string_view problem);
  explicit InputError(const std::string& message) : Error(message) {}
  const SourcePos& at() const noexcept { return at_; }

 private:
  SourcePos at_;
};

/// An encoder, model or library is missing, damaged or does not fit the others (exit code 4).
class ArtifactError : public Error {
 public:
  using Error::Error;
};

/// Output cannot be written (exit code 5).
class OutputError : public Error {
 public:
  using Error::Error;
};

/// Whoever read standard output wants no more of it (exit code 141, as of the signal SIGPIPE).
class ReaderGone : public OutputError {
 public:
  ReaderGone() : OutputError("standard output: its reader is gone") {}
};

/// Memory or a device is missing or exhausted (exit code 6).
class ResourceError : public Error {
 public:
  using Error::Error;
};

/// The user interrupted the run (exit code 130).
class Interrupted : public Error {
 public:
  using Error::Error;
};

}  // namespace specbridge
