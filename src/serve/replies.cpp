#include "serve/replies.h"

namespace specbridge {

std::string reply_text(const Json& json) {
  return compact(json) + "\n";
}

void give(httplib::Response& response, int status, const Json& json) {
  response.status = status;
  response.set_content(reply_text(json), kJsonType);
}

void refuse(httplib::Response& response, int status, std::string_view why) {
  give(response, status, {{"error", why}});
}

/// What the library itself says no to, in words.
std::string words_of(int status) {
  switch (status) {
    case 400:
      return "the request cannot be read";
    case 404:
      return "there is nothing here; GET /api/openapi.json lists what there is";
    case 405:
      return "this method is not for this address";
    case 408:
      return "the request came too slowly";
    case 411:
      return "the length of the body is not stated";
    case 413:
      return "the request is larger than this service takes";
    case 414:
      return "the address is too long";
    case 416:
      return "parts of an answer are not given; leave out Range";
    case 431:
      return "the headers are larger than this service takes";
    default:
      return "the request was not answered";
  }
}

}  // namespace specbridge
