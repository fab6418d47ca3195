#include "specbridge/row_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::array<std::pair<RowType, std::string_view>, 3> kRowTypes = {
    {{RowType::f32, "f32"}, {RowType::f16, "f16"}, {RowType::i8, "i8"}}};

}  // namespace

std::string to_string(RowType type) {
  return std::string(
      std::ranges::find(kRowTypes, type, &std::pair<RowType, std::string_view>::first)->second);
}

std::optional<RowType> find_row_type(std::string_view word) {
  for (const auto& [type, known] : kRowTypes) {
    if (known == word) return type;
  }
  return std::nullopt;
}

RowType parse_row_type(std::string_view word) {
  if (const auto type = find_row_type(word)) return *type;
  throw UsageError(fmt::format("--rows: found \"{}\", expected f32, f16 or i8", word));
}

}  // namespace specbridge
