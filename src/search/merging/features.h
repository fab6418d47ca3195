#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "specbridge/query.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// Which spectra of a run are of one feature: of one ion of one compound in one file.
class Features {
 public:
  /// @param feature_of number of the feature of every query, from 0 without gaps
  explicit Features(std::vector<std::size_t> feature_of);

  /// All spectra of the feature of a query, by their numbers, ascending; one that is alone is of a
  /// feature of its own.
  std::span<const std::size_t> spectra_of(std::size_t query) const;
  std::size_t size() const noexcept { return ends_.size() - 1; }
  std::size_t queries() const noexcept { return feature_of_.size(); }

 private:
  std::vector<std::size_t> feature_of_, spectra_, ends_;
};

/// Finds the features of queries that are shown in order. Of one feature are spectra of one file
/// and one ion whose precursors are near that of its first spectrum, with the same FEATURE_ID;
/// without one, with the same name, or with near retention times. A record that cannot be used, or
/// whose ion or precursor is not known, is alone. Memory: some hundred bytes a query.
class FeatureFinder {
 public:
  /// @param width of precursors; retention times are near within 0.1 min
  explicit FeatureFinder(const Tolerance& width) : width_(width) {}
  void add(const Query& query);
  Features finish() &&;

 private:
  /// The first spectrum of a feature.
  struct Place {
    double mz = 0;  ///< of the precursor, Th
    std::optional<double> seconds = {};
    std::size_t feature = 0;
  };
  std::size_t feature_of(const Query& query);
  const Place* near_in_time(const Place& spectrum, const std::string& ion) const;

  Tolerance width_;
  std::size_t features_ = 0;
  std::vector<std::size_t> feature_of_;
  std::unordered_map<std::string, std::vector<Place>> named_;            // by file, ion and name
  std::map<std::pair<std::string, double>, std::vector<Place>> placed_;  // by file and ion, m/z
};

}  // namespace specbridge
