#include "tokenize/tokenizer_part.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

const Json& null_json() {
  static const Json kNull;
  return kNull;
}

}  // namespace

void TokenizerPart::refuse(std::string_view problem) const {
  throw ArtifactError(fmt::format("{}: {}", where_, problem));
}

void TokenizerPart::refuse_type(std::string_view known) const {
  refuse(fmt::format("type is \"{}\", this program knows {}", one_line(type(), 60), known));
}

const Json* TokenizerPart::find(const std::string& key) const {
  if (!json_.is_object()) refuse(fmt::format("is {}, expected an object", json_.type_name()));
  const auto it = json_.find(key);
  return it == json_.end() ? nullptr : &*it;
}

std::string TokenizerPart::type() const {
  return text("type");
}

TokenizerPart TokenizerPart::child(const std::string& key) const {
  const Json* json = find(key);
  return {json == nullptr ? null_json() : *json, fmt::format("{}: {}", where_, key)};
}

std::string TokenizerPart::text(const std::string& key) const {
  const Json* json = find(key);
  if (json == nullptr || !json->is_string()) refuse(fmt::format("\"{}\" must be a text", key));
  return json->get<std::string>();
}

std::optional<std::string> TokenizerPart::optional_text(const std::string& key) const {
  const Json* json = find(key);
  if (json == nullptr || json->is_null()) return {};
  std::string value = text(key);
  if (value.empty()) return {};
  return value;
}

bool TokenizerPart::flag(const std::string& key, bool absent) const {
  const Json* json = find(key);
  if (json == nullptr || json->is_null()) return absent;
  if (!json->is_boolean()) refuse(fmt::format("\"{}\" must be true or false", key));
  return json->get<bool>();
}

std::int64_t TokenizerPart::id(const std::string& key) const {
  const Json* json = find(key);
  if (json == nullptr || !json->is_number_unsigned()) {
    refuse(fmt::format("\"{}\" must be a token id", key));
  }
  return json->get<std::int64_t>();
}

void TokenizerPart::only(std::initializer_list<std::string_view> keys) const {
  if (!json_.is_object()) refuse(fmt::format("is {}, expected an object", json_.type_name()));
  for (const auto& [key, value] : json_.items()) {
    if (key == "type" || std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    refuse(fmt::format("\"{}\" is not supported", one_line(key, 60)));
  }
}

}  // namespace specbridge
