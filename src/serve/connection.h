#pragma once

#include <httplib.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>

namespace specbridge {

/// What a client may send, and how long it may take.
struct ConnectionLimits {
  std::size_t most_head = 64 << 10;    ///< bytes of request line and headers
  std::size_t most_body = 16 << 20;    ///< bytes, framing included
  std::chrono::seconds head_time{10};  ///< until the headers have come
  std::chrono::seconds body_time{60};  ///< until the body has come
};

/// A connection that carries one request. Whoever sends too much, too slowly, or while the service
/// ends, is cut off: the library waits for each part of a request by itself, however many come.
class Connection : public httplib::Stream {
 public:
  /// @param ending once set, what has not sent its headers is cut off
  Connection(socket_t socket, const ConnectionLimits& limits, const std::atomic<bool>& ending);

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  /// The status that tells why it was cut off; 0: it was not, or there is nobody to tell.
  int refusal() const noexcept { return refusal_; }
  bool has_answered() const noexcept { return answered_; }
  /// Says that nothing more comes, and takes in for a moment what is still sent: who sends reads
  /// the answer then, and not that the connection broke.
  void end();

 private:
  bool fill();
  bool wait_for_data();
  void follow_head(const char* data, std::size_t size);

  socket_t socket_;
  ConnectionLimits limits_;
  const std::atomic<bool>& ending_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::array<char, 16384> buffer_{};
  std::size_t at_ = 0, filled_ = 0;
  std::size_t head_ = 0, body_ = 0;  ///< bytes that were handed out
  bool in_head_ = true, empty_line_ = false, answered_ = false;
  int refusal_ = 0;
};

}  // namespace specbridge
