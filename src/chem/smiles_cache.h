#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "specbridge/context.h"

namespace specbridge {

/// Something that is worked out of a SMILES, once as long as it is remembered. What is remembered
/// is forgotten from time to time, so that memory has a bound; what was handed out stays.
/// Thread-safe.
template <typename Value>
class SmilesCache {
 public:
  using Make = std::function<Value(std::string_view smiles)>;

  /// @param make called from several threads @param most values that are remembered
  explicit SmilesCache(Make make, std::size_t most = 200'000)
      : make_(std::move(make)), most_(most) {}

  /// Works out the values of many texts, in parallel. @throws Interrupted
  template <typename Texts>
  void learn(const Texts& texts, const RunContext& context) {
    const auto fresh = unknown(texts);
    std::vector<std::shared_ptr<const Value>> values(fresh.size());
    parallel_for(fresh.size(), context.threads, [&](std::size_t i) {
      context.check_interrupt();
      values[i] = std::make_shared<const Value>(make_(fresh[i]));
    });
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < fresh.size(); ++i) known_[fresh[i]] = std::move(values[i]);
  }

  /// The value of a text.
  std::shared_ptr<const Value> of(std::string_view smiles) {
    const std::string text(smiles);
    {
      const std::lock_guard lock(mutex_);
      const auto found = known_.find(text);
      if (found != known_.end()) return found->second;
    }
    auto value = std::make_shared<const Value>(make_(smiles));
    const std::lock_guard lock(mutex_);
    forget_when_full();
    known_[text] = value;
    return value;
  }

 private:
  /// The texts whose values are not known, each once.
  template <typename Texts>
  std::vector<std::string> unknown(const Texts& texts) {
    const std::lock_guard lock(mutex_);
    forget_when_full();
    std::unordered_set<std::string> fresh;
    for (const auto& text : texts) {
      std::string own(text);
      if (!known_.contains(own)) fresh.insert(std::move(own));
    }
    return {fresh.begin(), fresh.end()};
  }

  void forget_when_full() {
    if (known_.size() > most_) known_.clear();
  }

  Make make_;
  std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Value>> known_;
};

}  // namespace specbridge
