#include "ms/centroid.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

namespace specbridge {
namespace {

constexpr double kWidestStep = 0.15;  // Th; points further apart are of different peaks
constexpr double kDip = 0.8;          // a valley as high as this share of a maximum parts nothing

bool is_signal(const Peak& point) {
  return std::isfinite(point.mz) && std::isfinite(point.intensity) && point.intensity > 0;
}

/// Points without a gap and without a zero between them.
std::vector<std::span<const Peak>> runs_of(std::span<const Peak> points) {
  std::vector<std::span<const Peak>> runs;
  for (std::size_t first = 0; first < points.size();) {
    std::size_t end = first + 1;
    while (is_signal(points[first]) && end < points.size() && is_signal(points[end]) &&
           points[end].mz - points[end - 1].mz <= kWidestStep) {
      ++end;
    }
    if (is_signal(points[first])) runs.push_back(points.subspan(first, end - first));
    first = end;
  }
  return runs;
}

bool is_profile(const std::vector<std::span<const Peak>>& runs) {
  std::size_t joined = 0, apart = 0;
  for (const auto& run : runs) (run.size() > 1 ? joined : apart) += run.size();
  return joined > apart;
}

/// The centroid of one maximum among the points that are its own.
Peak centroid_of(std::span<const Peak> points) {
  const auto apex = std::ranges::max_element(points, {}, &Peak::intensity);
  const double height = apex->intensity;
  auto first = apex, last = apex;
  while (first != points.begin() && std::prev(first)->intensity >= height / 2) --first;
  while (std::next(last) != points.end() && std::next(last)->intensity >= height / 2) ++last;
  double sum = 0, weight = 0;
  for (auto point = first; point <= last; ++point) {
    const double share = point->intensity / height;
    sum += share * (point->mz - apex->mz);
    weight += share;
  }
  return {apex->mz + sum / weight, height};
}

/// Cuts a run in its valleys and adds a peak for each part.
void add_peaks(std::span<const Peak> run, std::vector<Peak>& peaks) {
  std::size_t begin = 0, apex = 0, valley = 0;
  const auto height = [&](std::size_t i) { return run[i].intensity; };
  for (std::size_t i = 1; i < run.size(); ++i) {
    if (height(valley) <= kDip * std::min(height(apex), height(i))) {
      peaks.push_back(centroid_of(run.subspan(begin, valley - begin)));
      begin = valley;
      apex = valley = i;
    } else if (height(i) > height(apex)) {
      apex = valley = i;
    } else if (height(i) < height(valley)) {
      valley = i;
    }
  }
  peaks.push_back(centroid_of(run.subspan(begin)));
}

}  // namespace

std::vector<Peak> centroided(std::vector<Peak> points) {
  std::vector<Peak> sorted;
  std::ranges::copy_if(points, std::back_inserter(sorted),
                       [](const Peak& point) { return std::isfinite(point.mz); });
  std::ranges::stable_sort(sorted, {}, &Peak::mz);
  const auto runs = runs_of(sorted);
  if (!is_profile(runs)) return points;
  std::vector<Peak> peaks;
  for (const auto& run : runs) add_peaks(run, peaks);
  return peaks;
}

}  // namespace specbridge
