#pragma once

#include <cstdint>
#include <string>

namespace specbridge {

/// Whether somebody listens there now.
bool is_listened_at(const std::string& host, std::uint16_t port);

/// The address of this machine by which it reaches that one; empty: it does not.
std::string own_address_towards(const std::string& host, std::uint16_t port);

/// A socket that listens for this machine alone; -1: the host is neither 127.x.x.x nor localhost (a
/// name may stand for the one here and for another address elsewhere), or the port is taken.
int listening_on_loopback(const std::string& host, std::uint16_t port);

}  // namespace specbridge
