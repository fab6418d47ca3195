#include "serve/searches.h"

namespace specbridge {

void SearchProgress::tell(std::string_view stage, std::size_t done, std::size_t total) {
  const std::lock_guard lock(mutex_);
  stage_ = stage;
  done_ = done;
  total_ = total;
}

Json SearchProgress::state() const {
  const std::lock_guard lock(mutex_);
  return {{"stage", stage_}, {"done", done_}, {"total", total_}};
}

std::shared_ptr<SearchProgress> Searches::begin(const std::string& name) {
  auto progress = std::make_shared<SearchProgress>();
  if (name.empty()) return progress;
  const std::lock_guard lock(mutex_);
  return running_.try_emplace(name, progress).second ? progress : nullptr;
}

void Searches::end(const std::string& name) {
  const std::lock_guard lock(mutex_);
  running_.erase(name);
}

std::shared_ptr<const SearchProgress> Searches::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(name);
  return found == running_.end() ? nullptr : found->second;
}

Deadline::Deadline(std::chrono::milliseconds after)
    : watch_([this, after] {
        std::unique_lock lock(mutex_);
        if (!ended_.wait_for(lock, after, [&] { return gone_; })) passed_ = true;
      }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
  }
  ended_.notify_one();
  watch_.join();
}

}  // namespace specbridge
