#include "index/signs/sign_codes.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "base/matrix.h"

namespace specbridge {
namespace {

constexpr std::size_t kNumbers = 4;  // of a place: its bits choose one of 16 sums
constexpr std::size_t kChoices = 16;

/// The largest number of a table, such that a sum over all places fits 16 bits.
float levels_of(std::size_t places) {
  constexpr std::size_t kMost = 255, kSumMost = 65'535;
  return static_cast<float>(std::min(kMost, kSumMost / places));
}

}  // namespace

SignBlocks sign_block_of(std::size_t dim) {
  // Places are filled up to the four that a register of 512 bits holds.
  constexpr std::size_t kTogether = 4 * kNumbers;
  return {nullptr, 1, (dim + kTogether - 1) / kTogether * 4};
}

SignCodes::SignCodes(std::vector<float> mean)
    : mean_(std::move(mean)), places_(sign_block_of(mean_.size()).places), turn_(mean_.size()) {}

void SignCodes::encode(std::span<const float> vector, std::size_t place,
                       std::span<std::uint8_t> block) const {
  std::vector<float> turned(vector.begin(), vector.end());
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] -= mean_[i];
  turn_.turn(turned);
  const unsigned shift = place < kSignBlockRows / 2 ? 0 : 4;
  double squares = 0, lengths = 0;
  for (std::size_t i = 0; i < turned.size(); ++i) {
    const double number = turned[i];
    squares += number * number;
    lengths += std::abs(number);
    std::uint8_t& byte = block[i / kNumbers * (kSignBlockRows / 2) + place % (kSignBlockRows / 2)];
    if (number > 0) byte |= static_cast<std::uint8_t>(1U << (shift + i % kNumbers));
  }
  const float factor = lengths > 0 ? static_cast<float>(squares / lengths) : 0.0F;
  std::memcpy(block.data() + sign_block_of(dim()).code_bytes() + place * sizeof(float), &factor,
              sizeof(float));
}

SignCodes::Prepared SignCodes::prepare(std::span<const float> query) const {
  std::vector<float> turned(query.begin(), query.end());
  if (!std::ranges::all_of(turned, [](float number) { return std::isfinite(number); })) {
    throw std::invalid_argument("a query has a number that is not finite");
  }
  turn_.turn(turned);
  turned.resize(places_ * kNumbers, 0);
  std::vector<float> least(places_);  // the smallest sum of each place: all four against the query
  float widest = 0, base = 0;
  for (std::size_t place = 0; place < places_; ++place) {
    for (std::size_t i = 0; i < kNumbers; ++i) {
      least[place] -= std::abs(turned[place * kNumbers + i]);
    }
    widest = std::max(widest, -2 * least[place]);
    base += least[place];
  }
  const float step = widest / levels_of(places_);
  Prepared prepared{AlignedNumbers<std::uint8_t>(places_ * kChoices), {}};
  for (std::size_t place = 0; place < places_; ++place) {
    const float* numbers = turned.data() + place * kNumbers;
    for (unsigned bits = 0; bits < kChoices; ++bits) {
      float sum = -least[place];
      for (unsigned i = 0; i < kNumbers; ++i)
        sum += (bits >> i & 1U) != 0 ? numbers[i] : -numbers[i];
      prepared.tables.data()[place * kChoices + bits] =
          step > 0 ? static_cast<std::uint8_t>(std::lround(sum / step)) : 0;
    }
  }
  prepared.query = {prepared.tables.data(), base, step, dot(query, mean_)};
  return prepared;
}

}  // namespace specbridge
