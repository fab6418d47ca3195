#include "train/ranks/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <utility>

namespace specbridge {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses addresses_of(const std::string& host, std::uint16_t port, int type) {
  addrinfo wanted{};
  wanted.ai_socktype = type;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0) {
    found = nullptr;
  }
  return {found, &freeaddrinfo};
}

class Socket {
 public:
  explicit Socket(const addrinfo& of)
      : number_(socket(of.ai_family, of.ai_socktype | SOCK_CLOEXEC, of.ai_protocol)) {}
  ~Socket() {
    if (number_ >= 0) close(number_);
  }
  Socket(const Socket&) = delete;
  int number() const noexcept { return number_; }
  int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_;
};

bool is_connected(const Socket& socket, const addrinfo& to) {
  return socket.number() >= 0 && connect(socket.number(), to.ai_addr, to.ai_addrlen) == 0;
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return host == "localhost";
  return ntohl(address.s_addr) >> 24 == 127;
}

}  // namespace

bool is_listened_at(const std::string& host, std::uint16_t port) {
  const auto all = addresses_of(host, port, SOCK_STREAM);
  for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
    if (is_connected(Socket(*one), *one)) return true;
  }
  return false;
}

/// A datagram socket that is connected sends nothing, but has been given the address.
std::string own_address_towards(const std::string& host, std::uint16_t port) {
  const auto all = addresses_of(host, port, SOCK_DGRAM);
  for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
    const Socket socket(*one);
    sockaddr_storage own{};
    socklen_t size = sizeof(own);
    char text[NI_MAXHOST];
    if (is_connected(socket, *one) &&
        getsockname(socket.number(), reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
        getnameinfo(reinterpret_cast<sockaddr*>(&own), size, text, sizeof(text), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      return text;
    }
  }
  return {};
}

int listening_on_loopback(const std::string& host, std::uint16_t port) {
  if (!is_loopback(host)) return -1;
  const auto all = addresses_of(host, port, SOCK_STREAM);
  if (!all) return -1;
  Socket socket(*all);
  const int yes = 1;
  if (socket.number() < 0) return -1;
  setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  if (bind(socket.number(), all->ai_addr, all->ai_addrlen) != 0) return -1;
  return listen(socket.number(), SOMAXCONN) == 0 ? socket.release() : -1;
}

}  // namespace specbridge
