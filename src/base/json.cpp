#include "base/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {

Json parse_json(std::string_view text, const std::string& where) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    // nlohmann's text starts with an error number in brackets that helps nobody.
    const std::string_view what = error.what();
    const auto end_of_number = what.find("] ");
    throw InputError(
        {where, 0},
        fmt::format(
            "not valid JSON ({})",
            one_line(what.substr(end_of_number == std::string_view::npos ? 0 : end_of_number + 2),
                     200)));
  }
}

std::string pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string compact(const Json& json) {
  constexpr int kOneLine = -1;
  return json.dump(kOneLine, ' ', false, Json::error_handler_t::replace);
}

JsonFields::JsonFields(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
  if (!json.is_object()) {
    throw UsageError(fmt::format("{}: expected a JSON object, found {}", path_, json.type_name()));
  }
}

const Json* JsonFields::find(const std::string& key) {
  known_.push_back(key);
  const auto it = json_.find(key);
  return it == json_.end() ? nullptr : &*it;
}

void JsonFields::wrong_type(const std::string& key, const char* expected) const {
  const std::string found = compact(json_.at(key));
  throw UsageError(
      fmt::format("{}: \"{}\" is {}, expected {}", path_, key, one_line(found, 60), expected));
}

void JsonFields::read(const std::string& key, bool& value) {
  const Json* json = find(key);
  if (json == nullptr) return;
  if (!json->is_boolean()) wrong_type(key, "true or false");
  value = json->get<bool>();
}

void JsonFields::read(const std::string& key, double& value) {
  const Json* json = find(key);
  if (json == nullptr) return;
  if (!json->is_number()) wrong_type(key, "a number");
  value = json->get<double>();
}

void JsonFields::read(const std::string& key, std::size_t& value) {
  const Json* json = find(key);
  if (json == nullptr) return;
  if (!json->is_number_unsigned()) wrong_type(key, "a whole number, 0 or more");
  value = json->get<std::size_t>();
}

void JsonFields::read(const std::string& key, std::string& value) {
  const Json* json = find(key);
  if (json == nullptr) return;
  if (!json->is_string()) wrong_type(key, "a text");
  value = json->get<std::string>();
}

void JsonFields::read(const std::string& key, std::vector<std::size_t>& value) {
  const Json* json = find(key);
  if (json == nullptr) return;
  const auto whole = [](const Json& item) { return item.is_number_unsigned(); };
  if (!json->is_array() || !std::all_of(json->begin(), json->end(), whole)) {
    wrong_type(key, "a list of whole numbers");
  }
  value = json->get<std::vector<std::size_t>>();
}

std::optional<Json> JsonFields::object(const std::string& key) {
  const Json* json = find(key);
  if (json == nullptr) return {};
  if (!json->is_object()) wrong_type(key, "an object");
  return *json;
}

void JsonFields::finish() const {
  for (const auto& [key, value] : json_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const auto near = suggestion(key, known_);
    throw UsageError(fmt::format("{}: unknown key \"{}\"{}", path_, key,
                                 near ? fmt::format("; did you mean \"{}\"?", *near)
                                      : fmt::format("; known are {}", fmt::join(known_, ", "))));
  }
}

}  // namespace specbridge
