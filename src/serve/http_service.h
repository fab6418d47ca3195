#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "serve/backend.h"

namespace specbridge {

/// Where a service listens, and what it takes on.
struct ServiceSettings {
  std::string address = "127.0.0.1";
  int port = 8765;    ///< 0: one that is free
  std::string token;  ///< that requests must bear (Authorization: Bearer ...); empty: none
  std::size_t most_bytes = 16 << 20;  ///< of a request
  std::size_t working = 1;            ///< searches at a time
  std::size_t waiting = 16;           ///< searches that wait; more are turned away (503)
  std::chrono::seconds patience{60};  ///< of a search, waiting included
  std::string formats;                ///< of spectra that are read, as the page names them
};

/// Answers over HTTP: the page, and the routes of the interface below /api (openapi.json describes
/// them). No request names a file of the machine: pages are part of the program, spectra come in
/// the body.
class HttpService {
 public:
  /// Begins to listen. @param log told of every request, from any thread @throws UsageError where
  /// the address cannot be listened on
  HttpService(ServiceSettings settings, const ServiceBackend& backend,
              std::function<void(const Json&)> log);
  ~HttpService();
  int port() const noexcept;
  /// Answers until `stop` is set; what is under way then is finished.
  void run(const std::atomic<bool>& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
