#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace specbridge {

/// How the numbers of a stored vector are kept: float32, float16, or int8 with one float32 scale a
/// row.
enum class RowType { f32, f16, i8 };

/// "f32", "f16", "i8".
std::string to_string(RowType type);
/// The type of a word, if it is one.
std::optional<RowType> find_row_type(std::string_view word);
/// The type that --rows names. @throws UsageError
RowType parse_row_type(std::string_view word);

}  // namespace specbridge
