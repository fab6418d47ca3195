#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "base/json.h"

namespace specbridge {

/// A search that is asked for.
struct SearchRequest {
  std::string spectra;                         ///< the bytes of a file, gz or not
  std::map<std::string, std::string> options;  ///< of the address: k, tolerance, adducts ...
  const std::atomic<bool>* stop = nullptr;     ///< set when it has taken too long
  /// Told from any thread while the search runs.
  std::function<void(std::string_view stage, std::size_t done, std::size_t total)> progress;
};

/// What is sent back.
struct ServiceAnswer {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::size_t spectra = 0;  ///< that were searched, for the log
  std::string error = {};   ///< what clients are not told, for the log
};

/// What a service answers with. Thread-safe.
class ServiceBackend {
 public:
  virtual ~ServiceBackend() = default;
  /// @throws Interrupted after it was stopped; all else is an answer with another status
  virtual ServiceAnswer search(const SearchRequest& request) const = 0;
  /// What is searched, and by what.
  virtual Json library() const = 0;
};

}  // namespace specbridge
