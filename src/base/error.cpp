#include "specbridge/error.h"

#include <fmt/format.h>

namespace specbridge {

std::string to_string(const SourcePos& at) {
  return at.line == 0 ? at.file : fmt::format("{}:{}", at.file, at.line);
}

InputError::InputError(SourcePos at, std::string_view problem)
    : Error(fmt::format("{}: {}", to_string(at), problem)), at_(std::move(at)) {}

}  // namespace specbridge
