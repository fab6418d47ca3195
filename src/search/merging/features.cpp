#include "search/merging/features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

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

Features::Features(std::vector<std::size_t> feature_of) : feature_of_(std::move(feature_of)) {
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
  const auto& spectrum = query.spectrum;
  const auto ion = query.refusal ? std::nullopt : place_of_ion(query);
  if (!ion || !spectrum.precursor_mz) return features_++;
  const bool stated = !spectrum.feature_id.empty();
  Place place{*spectrum.precursor_mz, spectrum.retention_time, features_};
  auto& same_name =
      named_[*ion + (stated ? "\nfeature\n" + spectrum.feature_id : "\nname\n" + query.name.id)];
  for (const Place& first : same_name) {
    if (std::abs(first.mz - place.mz) <= half_width(width_, place.mz)) return first.feature;
  }
  const Place* found = stated ? nullptr : near_in_time(place, *ion);
  if (found != nullptr) place = *found;
  same_name.push_back(place);
  if (found != nullptr) return place.feature;
  if (!stated && place.seconds) placed_[{*ion, place.mz}].push_back(place);
  return features_++;
}

/// The first spectrum of a feature that is nearest in time, of those that are near; of equals the
/// one of lowest m/z, then the earliest.
const FeatureFinder::Place* FeatureFinder::near_in_time(const Place& spectrum,
                                                        const std::string& ion) const {
  if (!spectrum.seconds) return nullptr;
  const double width = half_width(width_, spectrum.mz);
  const Place* nearest = nullptr;
  double least = std::nextafter(kNearSeconds, std::numeric_limits<double>::infinity());
  const auto last = placed_.upper_bound({ion, spectrum.mz + width});
  for (auto it = placed_.lower_bound({ion, spectrum.mz - width}); it != last; ++it) {
    for (const Place& place : it->second) {
      const double apart = std::abs(*place.seconds - *spectrum.seconds);
      if (apart >= least) continue;
      least = apart;
      nearest = &place;
    }
  }
  return nearest;
}

Features FeatureFinder::finish() && {
  return Features(std::move(feature_of_));
}

}  // namespace specbridge
