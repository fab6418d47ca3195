#pragma once

#include <cstdint>
#include <string>

namespace specbridge {

/// Whether somebody listens there now.
bool is_listened_at(const std::string& host, std::uint16_t port);

/// The address of this machine by which it reaches that one; empty: it does not.
std::string own_address_towards(const std::string& host, std::uint16_t port);

/// A socket that listens at an address of this machine alone, 127.0.0.1 for instance; -1: the host
/// is none of these, or the port is taken.
int listening_on_loopback(const std::string& host, std::uint16_t port);

}  // namespace specbridge
