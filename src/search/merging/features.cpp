#include "search/merging/features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "specbridge/ion_of_spectrum.h"

namespace specbridge {
namespace {

constexpr double kNearSeconds = 6;  // 0.1 min

/// File and ion of a query, as what spectra of one feature have in common; nothing: not known.
std::optional<std::string> place_of_ion(const Query& query) {
  const auto& ion = query.ion;
  std::string name = ion.adduct ? ion.adduct->name : names_of(adducts_of(ion.possible));
  if (name.empty()) return {};
  return query.spectrum.origin.file + "\n" + name;
}

}  // namespace

Features::Features(const std::vector<std::size_t>& feature_of) : feature_of_(feature_of) {
  std::size_t features = 0;
  for (const std::size_t feature : feature_of_) features = std::max(features, feature + 1);
  ends_.assign(features + 1, 0);
  for (const std::size_t feature : feature_of_) ++ends_[feature + 1];
  std::partial_sum(ends_.begin(), ends_.end(), ends_.begin());
  auto next = ends_;
  spectra_.resize(feature_of_.size());
  for (std::size_t query = 0; query < feature_of_.size(); ++query) {
    spectra_[next[feature_of_[query]]++] = query;
  }
}

std::span<const std::size_t> Features::spectra_of(std::size_t query) const {
  const std::size_t feature = feature_of_.at(query);
  return std::span(spectra_).subspan(ends_[feature], ends_[feature + 1] - ends_[feature]);
}

void FeatureFinder::add(const Query& query) {
  feature_of_.push_back(feature_of(query));
}

std::size_t FeatureFinder::feature_of(const Query& query) {
  const auto ion = query.refusal ? std::nullopt : place_of_ion(query);
  if (!ion) return features_++;
  const auto& spectrum = query.spectrum;
  const bool stated = !spectrum.feature_id.empty();
  const auto [name, fresh] = named_.try_emplace(
      *ion + (stated ? "\nfeature\n" + spectrum.feature_id : "\nname\n" + query.name.id),
      features_);
  if (!fresh) return name->second;
  if (!stated) {
    if (const auto* found = near(query, *ion)) return name->second = *found;
    if (spectrum.precursor_mz && spectrum.retention_time) {
      placed_[{*ion, *spectrum.precursor_mz}].push_back({*spectrum.retention_time, features_});
    }
  }
  return features_++;
}

/// The feature whose first spectrum is nearest in time, of those that are near; of equals the one
/// of lowest m/z, then the first.
std::size_t* FeatureFinder::near(const Query& query, const std::string& ion) {
  const auto& spectrum = query.spectrum;
  if (!spectrum.precursor_mz || !spectrum.retention_time) return nullptr;
  const double mz = *spectrum.precursor_mz;
  const double width = std::max(width_.dalton, mz * width_.ppm * 1e-6);
  std::size_t* nearest = nullptr;
  double least = std::nextafter(kNearSeconds, std::numeric_limits<double>::infinity());
  const auto last = placed_.upper_bound({ion, mz + width});
  for (auto it = placed_.lower_bound({ion, mz - width}); it != last; ++it) {
    for (Place& place : it->second) {
      const double apart = std::abs(place.seconds - *spectrum.retention_time);
      if (apart >= least) continue;
      least = apart;
      nearest = &place.feature;
    }
  }
  return nearest;
}

Features FeatureFinder::finish() && {
  return Features(feature_of_);
}

}  // namespace specbridge
