#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "specbridge/adduct.h"
#include "specbridge/context.h"

namespace specbridge {

/// Ions of a kind that a model's training never showed it: a warning, never a refusal.
class UnseenIons {
 public:
  /// @param trained training spectra by adduct; empty: the model does not say, so nothing is said
  explicit UnseenIons(const std::map<std::string, std::size_t>& trained);

  /// What to say of an ion of this adduct: "" when the training had some, or nothing is known.
  std::string message(const std::optional<Adduct>& adduct) const;

  /// Counts a query of this adduct.
  void count(const std::optional<Adduct>& adduct);
  /// Queries of adducts that the training did not have, by adduct.
  const std::map<std::string, std::size_t>& counts() const noexcept { return counts_; }
  /// One warning for all of them. @param queries how many there were in all
  void warn(std::size_t queries, const RunContext& context) const;

 private:
  const std::map<std::string, std::size_t>& trained_;
  bool positive_ = false, negative_ = false;  ///< ion modes of the training
  std::map<std::string, std::size_t> counts_;
};

}  // namespace specbridge
