#include "mces/batch.h"

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/parallel.h"
#include "specbridge/mces_options.h"

namespace specbridge {
namespace {

constexpr std::size_t kMostRemembered = 100'000;  // well below 100 MB with their keys

void append(std::string& key, unsigned value) {
  key.push_back(static_cast<char>(value & 0xffU));
  key.push_back(static_cast<char>(value >> 8U));
}

std::string bytes_of(const MoleculeGraph& graph) {
  std::string bytes;
  // The counts tell where a graph ends, so that no two pairs share a key.
  append(bytes, static_cast<unsigned>(graph.elements.size()));
  append(bytes, static_cast<unsigned>(graph.bonds.size()));
  for (const auto element : graph.elements) bytes.push_back(static_cast<char>(element));
  for (const auto& bond : graph.bonds) {
    append(bytes, bond.first);
    append(bytes, bond.second);
    bytes.push_back(static_cast<char>(bond.half_orders));
  }
  return bytes;
}

/// The same for both directions of a pair.
std::string key_of(const McesPair& pair) {
  std::string first = bytes_of(*pair.first), second = bytes_of(*pair.second);
  if (second < first) std::swap(first, second);
  return first + second;
}

TimedMces timed(const McesPair& pair, const McesOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  TimedMces timed;
  timed.result = mces(*pair.first, *pair.second, options);
  timed.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return timed;
}

}  // namespace

struct McesBatch::Impl {
  McesOptions options;
  std::unordered_map<std::string, McesResult> known;
};

McesBatch::McesBatch(McesOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
}
McesBatch::~McesBatch() = default;
McesBatch::McesBatch(McesBatch&&) noexcept = default;

std::vector<TimedMces> McesBatch::run(std::span<const McesPair> pairs, const RunContext& context) {
  std::vector<TimedMces> results(pairs.size());
  std::unordered_map<std::string, std::size_t> first_with;  // pairs of this call that are new
  std::vector<std::pair<const std::string*, std::size_t>> work;
  std::vector<std::size_t> source(pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    std::string key = key_of(pairs[i]);
    source[i] = i;
    if (const auto known = impl_->known.find(key); known != impl_->known.end()) {
      results[i].result = known->second;
      continue;
    }
    const auto [place, is_new] = first_with.emplace(std::move(key), i);
    source[i] = place->second;
    if (is_new) work.emplace_back(&place->first, i);
  }
  parallel_for(work.size(), context.threads, [&](std::size_t k) {
    context.check_interrupt();
    const std::size_t i = work[k].second;
    results[i] = timed(pairs[i], impl_->options);
  });
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (source[i] != i) results[i].result = results[source[i]].result;
  }
  for (const auto& [key, i] : work) {
    if (impl_->known.size() == kMostRemembered) break;
    impl_->known.emplace(*key, results[i].result);
  }
  return results;
}

}  // namespace specbridge
