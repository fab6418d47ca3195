#include "train/words/negative_table.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace specbridge {

NegativeTable::NegativeTable(std::span<const std::uint64_t> counts, double power) {
  if (counts.empty()) throw std::invalid_argument("NegativeTable: no words");
  ends_.reserve(counts.size());
  double end = 0;
  for (const std::uint64_t count : counts) {
    end += std::pow(static_cast<double>(count), power);
    ends_.push_back(end);
  }
}

std::size_t NegativeTable::draw(Random& random) const {
  const auto place = std::ranges::upper_bound(ends_, random.uniform() * ends_.back());
  return std::min(static_cast<std::size_t>(place - ends_.begin()), ends_.size() - 1);
}

double NegativeTable::probability(std::size_t word) const {
  return (ends_[word] - (word == 0 ? 0 : ends_[word - 1])) / ends_.back();
}

}  // namespace specbridge
