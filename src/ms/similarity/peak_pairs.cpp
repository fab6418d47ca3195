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
  places.erase(std::unique(places.begin(), places.end()), places.end());
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

bool by_places(const PeakPair& a, const PeakPair& b) {
  return a.reference != b.reference ? a.reference < b.reference : a.query < b.query;
}

/// Some peaks of a spectrum.
struct SomePeaks {
  const WeightedPeaks& of;
  PeakRange range;
};

inline void add_range(const SomePeaks& query, const SomePeaks& reference, const MatchWidth& width,
                      double shift, PairList& pairs) {
  const auto& [asked, asked_range] = query;
  const auto& [known, known_range] = reference;
  std::uint32_t lowest = asked_range.first;
  for (std::uint32_t i = known_range.first; i < known_range.last; ++i) {
    const double low = width.low(known.mz[i]), high = width.high(known.mz[i]);
    while (lowest < asked_range.last && asked.mz[lowest] + shift < low) ++lowest;
    for (auto j = lowest; j < asked_range.last && asked.mz[j] + shift <= high; ++j) {
      pairs.make_room(1);
      pairs.add_if(true, {i, j, known.weight[i] * asked.weight[j]});
    }
  }
}

/// The same for few peaks, where what cannot be foretold costs more than looking at all pairs.
inline void add_few(const SomePeaks& query, const SomePeaks& reference, const MatchWidth& width,
                    PairList& pairs) {
  const auto& [asked, asked_range] = query;
  const auto& [known, known_range] = reference;
  for (std::uint32_t i = known_range.first; i < known_range.last; ++i) {
    const double low = width.low(known.mz[i]), high = width.high(known.mz[i]);
    const double weight = known.weight[i];
    for (std::uint32_t j = asked_range.first; j < asked_range.last; ++j) {
      const int match =
          static_cast<int>(asked.mz[j] >= low) & static_cast<int>(asked.mz[j] <= high);
      pairs.add_if(match != 0, {i, j, weight * asked.weight[j]});
    }
  }
}

/// For processors that count bits in one step, too.
__attribute__((target_clones("avx2", "default"))) void add_common(const WeightedPeaks& query,
                                                                  const WeightedPeaks& reference,
                                                                  const MatchWidth& width,
                                                                  PairList& pairs) {
  constexpr std::size_t kFew = 16;
  const auto add = [&](PeakRange asked, PeakRange known) __attribute__((always_inline)) {
    const auto all = static_cast<std::size_t>(asked.last - asked.first) *
                     static_cast<std::size_t>(known.last - known.first);
    if (all > kFew) return add_range({query, asked}, {reference, known}, width, 0, pairs);
    pairs.make_room(kFew);
    add_few({query, asked}, {reference, known}, width, pairs);
  };
  for_each_common_bin(query.bins, reference.bins, add);
}

}  // namespace

void PeakPairs::add(const WeightedPeaks& query, const WeightedPeaks& reference,
                    const MatchWidth& width) {
  add_common(query, reference, width, list_);
  // A reference peak near the border of two bins comes twice.
  const auto pairs = list_.pairs();
  if (!std::ranges::is_sorted(pairs, by_places)) std::ranges::sort(pairs, by_places);
}

void PeakPairs::add_shifted(const WeightedPeaks& query, const WeightedPeaks& reference,
                            const MatchWidth& width, double shift) {
  const auto all = [](const WeightedPeaks& peaks) {
    return PeakRange{0, static_cast<std::uint32_t>(peaks.mz.size())};
  };
  add_range({query, all(query)}, {reference, all(reference)}, width, shift, list_);
}

void PeakPairs::start_marking(std::size_t query_peaks, std::size_t reference_peaks) {
  if (query_marks_.size() < query_peaks) {
    query_marks_.resize(query_peaks);
    contested_queries_.resize(query_peaks);
  }
  if (reference_marks_.size() < reference_peaks) {
    reference_marks_.resize(reference_peaks);
    contested_references_.resize(reference_peaks);
  }
  if (++mark_ != 0) return;
  for (auto* marks :
       {&query_marks_, &reference_marks_, &contested_queries_, &contested_references_}) {
    std::ranges::fill(*marks, 0);
  }
  mark_ = 1;
}

bool PeakPairs::mark(const PeakPair& pair) noexcept {
  std::uint32_t& query = query_marks_[pair.query];
  std::uint32_t& reference = reference_marks_[pair.reference];
  if (query == mark_ || reference == mark_) return false;
  query = reference = mark_;
  return true;
}

bool PeakPairs::find_contested(std::size_t query_peaks, std::size_t reference_peaks) {
  start_marking(query_peaks, reference_peaks);
  bool any = false;
  for (const PeakPair& pair : pairs()) {
    if (mark(pair)) continue;
    // Of two pairs that share a peak, either the first has marked it, so that the second comes
    // here, or the first has come here itself: the peak is contested in any case.
    contested_queries_[pair.query] = contested_references_[pair.reference] = mark_;
    any = true;
  }
  return any;
}

void PeakPairs::choose(Pairing pairing, std::size_t query_peaks, std::size_t reference_peaks) {
  if (pairs().size() > 1 && find_contested(query_peaks, reference_peaks)) {
    return pairing == Pairing::optimal ? choose_best() : choose_greedily();
  }
  if (pairing == Pairing::optimal) {
    leave_if([](const PeakPair& pair) { return pair.product > 0; });
  }
}

/// Those that share no peak stay; the others in their order, as long as both peaks are free.
void PeakPairs::choose_greedily() {
  const auto pairs = list_.pairs();
  order_.clear();
  for (std::uint32_t place = 0; place < pairs.size(); ++place) {
    if (is_contested(pairs[place])) order_.push_back(place);
  }
  std::ranges::sort(order_, [&](std::uint32_t a, std::uint32_t b) {
    return pairs[a].product != pairs[b].product ? pairs[a].product > pairs[b].product : a > b;
  });
  constexpr std::uint32_t kFree = 0;
  for (const std::uint32_t place : order_) {
    query_marks_[pairs[place].query] = reference_marks_[pairs[place].reference] = kFree;
  }
  std::erase_if(order_, [&](std::uint32_t place) { return mark(pairs[place]); });
  std::ranges::sort(order_);
  std::size_t place = 0, lost = 0;
  leave_if([&](const PeakPair&) {
    const bool dropped = lost < order_.size() && order_[lost] == place++;
    if (dropped) ++lost;
    return !dropped;
  });
}

/// A square problem of the peaks that have partners; pairs that do not agree are worth nothing.
void PeakPairs::choose_best() {
  const auto rows = distinct(pairs(), &PeakPair::reference);
  const auto columns = distinct(pairs(), &PeakPair::query);
  const std::size_t size = std::max(rows.size(), columns.size());
  const WholeProducts whole(pairs());
  std::vector<std::int64_t> values(size * size), row_price(size), column_price(size);
  std::vector<std::int32_t> column_of(size, -1), row_of(size, -1);
  const auto place = [&](const PeakPair& pair) {
    return place_of(rows, pair.reference) * size + place_of(columns, pair.query);
  };
  for (const PeakPair& pair : pairs()) values[place(pair)] = whole.of(pair);
  const WideAssignmentView problem{static_cast<int>(size), values,    row_price,
                                   column_price,           column_of, row_of};
  solve_assignment(problem);
  leave_if([&](const PeakPair& pair) {
    const auto column = static_cast<std::size_t>(column_of[place_of(rows, pair.reference)]);
    std::int64_t& value = values[place(pair)];
    const bool chosen = column == place_of(columns, pair.query) && value > 0;
    value = 0;  // the same pair may have been added with and without a shift
    return chosen;
  });
}

template <typename Wanted>
void PeakPairs::leave_if(Wanted wanted) {
  std::size_t kept = 0;
  for (const PeakPair& pair : list_.pairs()) {
    if (wanted(pair)) list_.pairs()[kept++] = pair;
  }
  list_.shorten(kept);
}

double PeakPairs::sum() const noexcept {
  double total = 0;
  for (const PeakPair& pair : pairs()) total += pair.product;
  return total;
}

double PeakPairs::query_power(const WeightedPeaks& query) {
  start_marking(query.mz.size(), 0);
  double power = 0;
  for (const PeakPair& pair : pairs()) {
    if (query_marks_[pair.query] == mark_) continue;
    query_marks_[pair.query] = mark_;
    power += query.weight[pair.query] * query.weight[pair.query];
  }
  return power;
}

}  // namespace specbridge
