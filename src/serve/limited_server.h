#pragma once

#include <httplib.h>

#include <atomic>

#include "serve/connection.h"

namespace specbridge {

/// A server whose connections carry one request each, within limits: so what is left of a body
/// that was refused can never pass for a request of its own.
class LimitedServer : public httplib::Server {
 public:
  ConnectionLimits limits = {};
  std::atomic<bool> ending = false;

 private:
  bool process_and_close_socket(socket_t socket) override;
};

}  // namespace specbridge
