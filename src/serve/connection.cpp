#include "serve/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace specbridge {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLook = 100;        // ms between two looks at whether the service ends
constexpr int kWriteTime = 5000;  // ms until a client takes some of the answer
constexpr int kTimeout = 408, kHeadTooLarge = 431, kBodyTooLarge = 413;
constexpr std::size_t kMostAfterwards = 64 << 20;  // bytes that are taken in after the answer
constexpr std::chrono::milliseconds kTimeAfterwards{1000};

/// Whether a socket is ready within so many milliseconds.
bool is_ready(socket_t socket, short events, int milliseconds) {
  pollfd one{socket, events, 0};
  int result = 0;
  do {
    result = ::poll(&one, 1, milliseconds);
  } while (result < 0 && errno == EINTR);
  return result > 0;
}

using NameOf = int (*)(int, sockaddr*, socklen_t*);

void ask_name(socket_t socket, NameOf name_of, std::string& ip, int& port) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (name_of(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& of = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &of.sin_addr, text.data(), text.size());
    port = ntohs(of.sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto& of = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &of.sin6_addr, text.data(), text.size());
    port = ntohs(of.sin6_port);
  }
  ip = text.data();
}

}  // namespace

Connection::Connection(socket_t socket, const ConnectionLimits& limits,
                       const std::atomic<bool>& ending)
    : socket_(socket), limits_(limits), ending_(ending) {}

bool Connection::is_readable() const {
  return at_ < filled_ || is_ready(socket_, POLLIN, 0);
}

bool Connection::is_writable() const {
  return is_ready(socket_, POLLOUT, kWriteTime);
}

bool Connection::wait_for_data() {
  const auto limit = begun_ + (in_head_ ? limits_.head_time : limits_.body_time);
  while (!is_ready(socket_, POLLIN, kLook)) {
    if (in_head_ && ending_) return false;
    if (Clock::now() < limit) continue;
    if (head_ > 0) refusal_ = kTimeout;
    return false;
  }
  if (Clock::now() < limit) return true;
  refusal_ = kTimeout;
  return false;
}

bool Connection::fill() {
  if (!wait_for_data()) return false;
  const ssize_t size = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
  at_ = 0;
  filled_ = size > 0 ? static_cast<std::size_t>(size) : 0;
  return size > 0;
}

/// The headers end with an empty line.
void Connection::follow_head(const char* data, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    if (!in_head_) {
      ++body_;
      continue;
    }
    ++head_;
    if (data[i] == '\n') {
      in_head_ = !empty_line_;
      empty_line_ = true;
    } else if (data[i] != '\r') {
      empty_line_ = false;
    }
  }
}

ssize_t Connection::read(char* data, std::size_t size) {
  if (refusal_ != 0 || (at_ == filled_ && !fill())) return -1;
  const std::size_t given = std::min(size, filled_ - at_);
  std::copy_n(buffer_.data() + at_, given, data);
  at_ += given;
  follow_head(data, given);
  if (head_ > limits_.most_head) refusal_ = kHeadTooLarge;
  if (body_ > limits_.most_body) refusal_ = kBodyTooLarge;
  return refusal_ == 0 ? static_cast<ssize_t>(given) : -1;
}

ssize_t Connection::write(const char* data, std::size_t size) {
  if (!is_writable()) return -1;
  const ssize_t sent = ::send(socket_, data, size, MSG_NOSIGNAL);
  answered_ = answered_ || sent > 0;
  return sent;
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ask_name(socket_, ::getpeername, ip, port);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ask_name(socket_, ::getsockname, ip, port);
}

void Connection::end() {
  ::shutdown(socket_, SHUT_WR);
  const auto limit = Clock::now() + kTimeAfterwards;
  std::size_t taken = 0;
  while (taken < kMostAfterwards && Clock::now() < limit && !ending_) {
    if (!is_ready(socket_, POLLIN, kLook)) continue;
    const ssize_t size = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (size <= 0) return;
    taken += static_cast<std::size_t>(size);
  }
}

}  // namespace specbridge
