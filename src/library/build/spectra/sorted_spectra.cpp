#include "library/build/spectra/sorted_spectra.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "library/build/spill_file.h"
#include "store/file.h"

namespace specbridge {
namespace {

/// What a spilled spectrum begins with. Its peaks follow, then its vector, then its text.
struct SpilledHead {
  double precursor_mz;
  std::int32_t polarity;
  std::uint32_t molecule, peaks, dim, text;
  float retention_index;
};

template <typename T>
void append_values(const std::vector<T>& values, std::string& bytes) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

template <typename T>
std::vector<T> take_values(std::size_t count, std::string_view& bytes) {
  std::vector<T> values(count);
  if (count > 0) std::memcpy(values.data(), bytes.data(), count * sizeof(T));
  bytes.remove_prefix(count * sizeof(T));
  return values;
}

/// The bytes by which two spectra are one: all but vector and text.
std::string_view content_of(std::string_view spilled) {
  SpilledHead head;
  std::memcpy(&head, spilled.data(), sizeof head);
  return spilled.substr(0, sizeof head + head.peaks * (sizeof(MicroMz) + sizeof(float)));
}

/// The same apart from the lengths of vector and text and the retention index, which stand in the
/// head.
bool same_content(std::string_view a, std::string_view b) {
  constexpr std::size_t kLengths = offsetof(SpilledHead, dim);
  return a.size() == b.size() && a.substr(0, kLengths) == b.substr(0, kLengths) &&
         a.substr(sizeof(SpilledHead)) == b.substr(sizeof(SpilledHead));
}

}  // namespace

void set_peaks(const std::vector<Peak>& peaks, LibrarySpectrum& spectrum) {
  for (const auto& peak : peaks) {
    if (peak.mz > kMostStoredMz) continue;
    spectrum.mz.push_back(micro_mz(peak.mz));
    spectrum.intensity.push_back(static_cast<float>(peak.intensity));
  }
}

struct SortedSpectra::Impl {
  struct Key {
    double precursor_mz;
    std::uint64_t offset;  // grows with arrival
    std::uint64_t length;
  };

  SpillFile spill;
  std::vector<Key> keys;

  explicit Impl(std::filesystem::path file) : spill(std::move(file)) {}
  std::string_view bytes(const Key& key) const { return spill.bytes(key.offset, key.length); }

  /// Leaves the first of equal spectra among those of one precursor.
  void unite(std::span<const Key> group, std::vector<Key>& left) const {
    std::unordered_multimap<std::uint64_t, std::string_view> seen;
    for (const Key& key : group) {
      const std::string_view content = content_of(bytes(key));
      const std::uint64_t hash = xxhash64(content.substr(sizeof(SpilledHead)));
      const auto [first, last] = seen.equal_range(hash);
      const bool repeated = std::any_of(
          first, last, [&](const auto& other) { return same_content(other.second, content); });
      if (repeated) continue;
      seen.emplace(hash, content);
      left.push_back(key);
    }
  }
};

SortedSpectra::SortedSpectra(std::filesystem::path file)
    : impl_(std::make_unique<Impl>(std::move(file))) {}
SortedSpectra::~SortedSpectra() = default;

void SortedSpectra::add(const LibrarySpectrum& spectrum) {
  SpilledHead head;
  std::memset(&head, 0, sizeof head);  // padding is compared, too
  head.precursor_mz = spectrum.precursor_mz;
  head.polarity = spectrum.polarity;
  head.molecule = spectrum.molecule;
  head.peaks = static_cast<std::uint32_t>(spectrum.mz.size());
  head.dim = static_cast<std::uint32_t>(spectrum.vector.size());
  head.text = static_cast<std::uint32_t>(spectrum.text.size());
  head.retention_index = static_cast<float>(
      spectrum.retention_index.value_or(std::numeric_limits<double>::quiet_NaN()));
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  append_values(spectrum.mz, bytes);
  append_values(spectrum.intensity, bytes);
  append_values(spectrum.vector, bytes);
  bytes += spectrum.text;
  impl_->keys.push_back({spectrum.precursor_mz, impl_->spill.append(bytes), bytes.size()});
}

std::size_t SortedSpectra::sort() {
  impl_->spill.turn();
  auto& keys = impl_->keys;
  std::ranges::sort(keys, {},
                    [](const Impl::Key& key) { return std::pair(key.precursor_mz, key.offset); });
  std::vector<Impl::Key> left;
  left.reserve(keys.size());
  for (std::size_t first = 0; first < keys.size();) {
    std::size_t last = first + 1;
    while (last < keys.size() && keys[last].precursor_mz == keys[first].precursor_mz) ++last;
    impl_->unite(std::span(keys).subspan(first, last - first), left);
    first = last;
  }
  const std::size_t repeated = keys.size() - left.size();
  keys = std::move(left);
  return repeated;
}

std::size_t SortedSpectra::size() const noexcept {
  return impl_->keys.size();
}

LibrarySpectrum SortedSpectra::item(std::size_t position) const {
  std::string_view bytes = impl_->bytes(impl_->keys[position]);
  SpilledHead head;
  std::memcpy(&head, bytes.data(), sizeof head);
  bytes.remove_prefix(sizeof head);
  LibrarySpectrum spectrum{head.precursor_mz, head.polarity, head.molecule, {}, {}};
  spectrum.mz = take_values<MicroMz>(head.peaks, bytes);
  spectrum.intensity = take_values<float>(head.peaks, bytes);
  spectrum.vector = take_values<float>(head.dim, bytes);
  spectrum.text = std::string(bytes.substr(0, head.text));
  if (!std::isnan(head.retention_index)) spectrum.retention_index = head.retention_index;
  return spectrum;
}

}  // namespace specbridge
