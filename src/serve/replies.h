#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

#include "base/json.h"

namespace specbridge {

inline constexpr const char* kJsonType = "application/json";

/// JSON as the body of a reply.
std::string reply_text(const Json& json);
/// A reply of JSON.
void give(httplib::Response& response, int status, const Json& json);
/// A reply that says why there is no other.
void refuse(httplib::Response& response, int status, std::string_view why);
/// What a status of refusals means, where nothing more is known.
std::string words_of(int status);

}  // namespace specbridge
