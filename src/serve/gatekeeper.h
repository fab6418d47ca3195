#pragma once

#include <string>
#include <string_view>

namespace specbridge {

/// What of a request says where it comes from and what it may do; "" where it does not say.
struct Credentials {
  std::string_view host, origin, site, authorization;
};

/// Decides who may ask. A page of another site must not: neither by its own requests (Origin,
/// Sec-Fetch-Site) nor by a name of its own for this machine (Host).
class Gatekeeper {
 public:
  /// @param address that is listened on @param token that requests must bear; empty: none
  Gatekeeper(std::string address, std::string token)
      : address_(std::move(address)), token_(std::move(token)) {}
  /// Why a request is turned away, in words; empty: it is not.
  std::string objection(const Credentials& credentials) const;
  /// Whether it bears the token. Takes as long for a wrong token as for the right one.
  bool is_authorised(std::string_view authorization) const;

 private:
  std::string address_, token_;
};

/// Whether an address can be reached from this machine alone.
bool is_loopback(std::string_view address);

}  // namespace specbridge
