#include "serve/gatekeeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"

namespace specbridge {
namespace {

/// "localhost" of "localhost:8080", "::1" of "[::1]:8080".
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

/// Every byte is looked at, whatever the first ones are.
bool same_in_constant_time(std::string_view given, std::string_view expected) {
  unsigned different = given.size() == expected.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto other = static_cast<unsigned char>(expected[i % expected.size()]);
    different |= static_cast<unsigned char>(given[i]) ^ other;
  }
  return different == 0;
}

}  // namespace

bool is_loopback(std::string_view address) {
  const auto of_number = [](char c) { return c == '.' || is_digit(c); };
  return address == "localhost" || address == "::1" ||
         (address.starts_with("127.") && std::ranges::all_of(address, of_number));
}

std::string Gatekeeper::objection(const Credentials& credentials) const {
  const auto host = host_name(credentials.host);
  if (host.empty()) return "expected a header Host";
  if (is_loopback(address_) && !is_loopback(host)) {
    return fmt::format("Host is \"{}\"; this service answers to localhost", one_line(host, 60));
  }
  if (credentials.site == "cross-site" || credentials.site == "same-site") {
    return "asked by a page of another site";
  }
  const auto origin = credentials.origin;
  // https: of a server with TLS that hands the request on.
  if (!origin.empty() && origin != fmt::format("http://{}", credentials.host) &&
      origin != fmt::format("https://{}", credentials.host)) {
    return fmt::format("Origin is \"{}\"; expected a page of this service", one_line(origin, 60));
  }
  return {};
}

bool Gatekeeper::is_authorised(std::string_view authorization) const {
  constexpr std::string_view kScheme = "BEARER ";
  if (token_.empty()) return true;
  if (to_upper(authorization.substr(0, kScheme.size())) != kScheme) return false;
  return same_in_constant_time(authorization.substr(kScheme.size()), token_);
}

}  // namespace specbridge
