#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/json.h"

namespace specbridge {

/// How far a search is, told from any thread.
class SearchProgress {
 public:
  void tell(std::string_view stage, std::size_t done, std::size_t total);
  Json state() const;

 private:
  mutable std::mutex mutex_;
  std::string stage_ = "waiting";
  std::size_t done_ = 0, total_ = 0;
};

/// The searches that are under way, by the names that their askers gave them. Thread-safe.
class Searches {
 public:
  /// @param name may be empty: nobody will ask for it @return nullptr: there is one of this name
  std::shared_ptr<SearchProgress> begin(const std::string& name);
  void end(const std::string& name);
  /// nullptr: there is none of this name
  std::shared_ptr<const SearchProgress> find(const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<SearchProgress>> running_;
};

/// Sets a flag once a time has passed, unless it is gone by then.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds after);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  const std::atomic<bool>& passed() const noexcept { return passed_; }

 private:
  std::atomic<bool> passed_ = false;
  bool gone_ = false;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::thread watch_;
};

}  // namespace specbridge
