#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace specbridge {

using Json = nlohmann::json;

/// Parses JSON text; `where` names it in the message.
/// @throws InputError with the place and the parser's reason
Json parse_json(std::string_view text, const std::string& where);

/// Dumps with two blanks of indentation and a final newline; keys sorted, invalid UTF-8 replaced.
std::string pretty(const Json& json);
/// The same in one line without an end.
std::string compact(const Json& json);

/// Reads the fields of one JSON object strictly: wrong types and unknown keys are errors that name
/// the key's full path and, for a misspelt key, the nearest known one.
class JsonFields {
 public:
  /// @param path how messages name the object, e.g. "configs/train.json: align"
  /// @throws UsageError when `json` is not an object
  JsonFields(const Json& json, std::string path);

  /// Overwrites `value` when the key is there.
  void read(const std::string& key, bool& value);
  void read(const std::string& key, double& value);
  void read(const std::string& key, std::size_t& value);
  void read(const std::string& key, std::string& value);
  void read(const std::string& key, std::vector<std::size_t>& value);
  /// The object under the key, if there is one; it must be read with a JsonFields of its own.
  std::optional<Json> object(const std::string& key);
  /// @throws UsageError when a key was never asked for
  void finish() const;

 private:
  const Json* find(const std::string& key);
  [[noreturn]] void wrong_type(const std::string& key, const char* expected) const;

  const Json& json_;
  std::string path_;
  std::vector<std::string> known_;
};

}  // namespace specbridge
