#include "ms/similarity/peak_pairs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assignment.h"

namespace specbridge {
namespace {

/// The places that occur, each once, ascending.
std::vector<std::uint32_t> distinct(std::span<const PeakPair> pairs,
                                    std::uint32_t PeakPair::*member) {
  std::vector<std::uint32_t> places;
  for (const PeakPair& pair : pairs) places.push_back(pair.*member);
  std::ranges::sort(places);
  const auto rest = std::ranges::unique(places);
  places.erase(rest.begin(), rest.end());
  return places;
}

std::size_t place_of(const std::vector<std::uint32_t>& places, std::uint32_t peak) {
  return static_cast<std::size_t>(std::ranges::lower_bound(places, peak) - places.begin());
}

/// Products as whole numbers, of which a path over all rows can be summed.
class WholeProducts {
 public:
  explicit WholeProducts(std::span<const PeakPair> pairs)
      : largest_(std::ranges::max(pairs, {}, &PeakPair::product).product) {}
  /// At least 1 for what is more than nothing.
  std::int64_t of(const PeakPair& pair) const {
    if (!(pair.product > 0)) return 0;
    constexpr double kDigits = 1LL << 40;
    return std::max(std::int64_t{1},
                    static_cast<std::int64_t>(std::llround(pair.product / largest_ * kDigits)));
  }

 private:
  double largest_;
};

}  // namespace

// |a - b| <= p (a + b) / 2 is a ratio of both of at least (1 - p / 2) / (1 + p / 2).
MatchWidth::MatchWidth(const Tolerance& tolerance) noexcept
    : dalton_(tolerance.dalton),
      ratio_((1 - tolerance.ppm * 0.5e-6) / (1 + tolerance.ppm * 0.5e-6)) {}

double MatchWidth::low(double mz) const noexcept {
  return std::min(mz - dalton_, mz * ratio_);
}

double MatchWidth::high(double mz) const noexcept {
  return std::max(mz + dalton_, mz / ratio_);
}

void PeakPairs::add(const WeightedPeaks& query, const WeightedPeaks& reference,
                    const MatchWidth& width, double shift) {
  const std::size_t peaks = query.mz.size();
  std::size_t lowest = 0;
  for (std::size_t i = 0; i < reference.mz.size(); ++i) {
    const double low = width.low(reference.mz[i]), high = width.high(reference.mz[i]);
    while (lowest < peaks && query.mz[lowest] + shift < low) ++lowest;
    if (lowest == peaks) return;
    for (std::size_t j = lowest; j < peaks && query.mz[j] + shift <= high; ++j) {
      pairs_.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j),
                        reference.weight[i] * query.weight[j]});
    }
  }
}

void PeakPairs::start_marking(std::size_t query_peaks, std::size_t reference_peaks) {
  if (query_marks_.size() < query_peaks) query_marks_.resize(query_peaks);
  if (reference_marks_.size() < reference_peaks) reference_marks_.resize(reference_peaks);
  if (++mark_ != 0) return;
  std::ranges::fill(query_marks_, 0);
  std::ranges::fill(reference_marks_, 0);
  mark_ = 1;
}

bool PeakPairs::mark(const PeakPair& pair) noexcept {
  std::uint32_t& query = query_marks_[pair.query];
  std::uint32_t& reference = reference_marks_[pair.reference];
  if (query == mark_ || reference == mark_) return false;
  query = reference = mark_;
  return true;
}

bool PeakPairs::share_peaks(std::size_t query_peaks, std::size_t reference_peaks) {
  start_marking(query_peaks, reference_peaks);
  return !std::ranges::all_of(pairs_, [&](const PeakPair& pair) { return mark(pair); });
}

void PeakPairs::choose(Pairing pairing, std::size_t query_peaks, std::size_t reference_peaks) {
  if (pairs_.size() > 1 && share_peaks(query_peaks, reference_peaks)) {
    if (pairing == Pairing::optimal) return choose_best();
    start_marking(query_peaks, reference_peaks);
    choose_greedily();
  }
  if (pairing == Pairing::optimal) {
    std::erase_if(pairs_, [](const PeakPair& pair) { return !(pair.product > 0); });
  }
}

void PeakPairs::choose_greedily() {
  order_.resize(pairs_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    return pairs_[a].product != pairs_[b].product ? pairs_[a].product > pairs_[b].product : a > b;
  });
  std::erase_if(order_, [&](std::uint32_t place) { return !mark(pairs_[place]); });
  std::ranges::sort(order_);
  for (std::size_t i = 0; i < order_.size(); ++i) pairs_[i] = pairs_[order_[i]];
  pairs_.resize(order_.size());
}

/// A square problem of the peaks that have partners; pairs that do not agree are worth nothing.
void PeakPairs::choose_best() {
  const auto rows = distinct(pairs_, &PeakPair::reference);
  const auto columns = distinct(pairs_, &PeakPair::query);
  const std::size_t size = std::max(rows.size(), columns.size());
  const WholeProducts whole(pairs_);
  std::vector<std::int64_t> values(size * size), row_price(size), column_price(size);
  std::vector<std::int32_t> column_of(size, -1), row_of(size, -1);
  const auto place = [&](const PeakPair& pair) {
    return place_of(rows, pair.reference) * size + place_of(columns, pair.query);
  };
  for (const PeakPair& pair : pairs_) values[place(pair)] = whole.of(pair);
  const WideAssignmentView problem{static_cast<int>(size), values,    row_price,
                                   column_price,           column_of, row_of};
  solve_assignment(problem);
  std::erase_if(pairs_, [&](const PeakPair& pair) {
    const auto column = static_cast<std::size_t>(column_of[place_of(rows, pair.reference)]);
    std::int64_t& value = values[place(pair)];
    const bool chosen = column == place_of(columns, pair.query) && value > 0;
    value = 0;  // the same pair may have been added with and without a shift
    return !chosen;
  });
}

double PeakPairs::sum() const noexcept {
  double total = 0;
  for (const PeakPair& pair : pairs_) total += pair.product;
  return total;
}

double PeakPairs::query_power(const WeightedPeaks& query) {
  start_marking(query.mz.size(), 0);
  double power = 0;
  for (const PeakPair& pair : pairs_) {
    if (query_marks_[pair.query] == mark_) continue;
    query_marks_[pair.query] = mark_;
    power += query.weight[pair.query] * query.weight[pair.query];
  }
  return power;
}

}  // namespace specbridge
