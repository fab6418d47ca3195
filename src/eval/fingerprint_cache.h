#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "chem/morgan.h"

namespace specbridge {

/// How SMILES reach the cache.
enum class Spelling {
  standardised,  ///< as standardize() gave them
  as_written,    ///< as another program wrote them; standardised before anything else
};

/// Fingerprints of SMILES, each made once as long as it is remembered. What is remembered is
/// forgotten from time to time, so that memory has a bound. Thread-safe.
class FingerprintCache {
 public:
  explicit FingerprintCache(Spelling spelling) : spelling_(spelling) {}

  /// The fingerprint, or nullptr when the text is no molecule.
  std::shared_ptr<const FingerprintBits> of(std::string_view smiles);
  /// Makes the fingerprints of many texts ready, in parallel.
  void learn(std::span<const std::string_view> smiles, std::size_t threads);

 private:
  Spelling spelling_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const FingerprintBits>> known_;
};

}  // namespace specbridge
