#include "library/build/spectra/peak_index_writer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "library/spectra/peak_index.h"
#include "library/spectra/spectral_layout.h"
#include "ms/similarity/prepared_spectrum.h"
#include "store/block_file.h"

namespace specbridge {
namespace {

namespace files = spectral_layout;

constexpr std::size_t kPostingsInHand = std::size_t{1} << 25;  // 400 MiB
constexpr MicroMz kBinWidth = 10'000;                          // of the histogram, 0.01 Th

struct Posting {
  MicroMz mz;
  std::uint32_t spectrum;
  float weight;
  float cosine = 0;
};

/// The files that postings are made of.
struct FinishedPeaks {
  BlockFile precursors, ends, mz, intensity;
  std::size_t spectra;

  FinishedPeaks(const std::filesystem::path& dir, std::size_t count)
      : precursors(dir / files::kPrecursors),
        ends(dir / files::kPeakEnds),
        mz(dir / files::kPeakMz),
        intensity(dir / files::kPeakIntensity),
        spectra(count) {}
};

/// Where the peaks of a spectrum stand in an index: as products, or as losses. Peaks above the
/// precursor are no losses.
enum class PostedAs { products, losses };

std::optional<MicroMz> place_of(MicroMz mz, MicroMz precursor, PostedAs as) {
  if (as == PostedAs::products) return mz;
  return mz > precursor ? std::nullopt : std::optional(precursor - mz);
}

/// Calls visit(spectrum, place, position of the peak) for every posting.
template <typename Visit>
void for_each_posting(const FinishedPeaks& peaks, PostedAs as, Visit&& visit) {
  for (std::size_t spectrum = 0; spectrum < peaks.spectra; ++spectrum) {
    const auto end = peaks.ends.values<std::uint64_t>(spectrum, 2);
    const auto mz = peaks.mz.values<MicroMz>(end[0], end[1] - end[0]);
    const MicroMz precursor = nearest_micro_mz(peaks.precursors.values<double>(spectrum, 1)[0]);
    for (std::size_t i = 0; i < mz.size(); ++i) {
      if (const auto place = place_of(mz[i], precursor, as)) visit(spectrum, *place, end[0] + i);
    }
  }
}

/// m/z at which postings are cut into parts that fit into memory; the last is behind all.
std::vector<std::uint64_t> cuts_of(const FinishedPeaks& peaks, PostedAs as) {
  std::vector<std::size_t> histogram(static_cast<std::size_t>(kMostStoredMz * 100) + 2);
  for_each_posting(peaks, as, [&](std::size_t, MicroMz place, std::uint64_t) {
    ++histogram[place / kBinWidth];
  });
  std::vector<std::uint64_t> cuts;
  std::size_t in_part = 0;
  for (std::size_t bin = 0; bin < histogram.size(); ++bin) {
    if (in_part > 0 && in_part + histogram[bin] > kPostingsInHand) {
      cuts.push_back(bin * kBinWidth);
      in_part = 0;
    }
    in_part += histogram[bin];
  }
  cuts.push_back(histogram.size() * kBinWidth);
  return cuts;
}

/// Writes the weight of every peak by a rule; of a cosine less the norm of its spectrum.
void write_weights(const FinishedPeaks& peaks, const SimilarityRule& rule,
                   const std::filesystem::path& file) {
  BlockWriter to(file);
  std::vector<Peak> of_spectrum;
  for (std::size_t spectrum = 0; spectrum < peaks.spectra; ++spectrum) {
    const auto end = peaks.ends.values<std::uint64_t>(spectrum, 2);
    const auto mz = peaks.mz.values<MicroMz>(end[0], end[1] - end[0]);
    const auto intensity = peaks.intensity.values<float>(end[0], mz.size());
    of_spectrum.clear();
    for (std::size_t i = 0; i < mz.size(); ++i) of_spectrum.push_back({th_of(mz[i]), intensity[i]});
    auto ready = prepared(of_spectrum, {}, rule);
    auto& weights = ready.weight;
    if (!is_entropy(rule.kind)) {
      for (double& weight : weights) weight /= ready.norm;
    }
    to.write_values(std::span<const double>(weights));
  }
  to.finish();
}

/// The weights of all peaks, as they lie in their spectra.
struct WeightsOfPeaks {
  BlockFile entropy;
  std::optional<BlockFile> cosine = {};
};

/// One index on its way to its files.
class PostingFiles {
 public:
  /// @param cosine the name of a file of further weights; nullptr: none
  PostingFiles(const std::filesystem::path& dir, const files::PeakIndexFiles& names,
               const char* cosine)
      : mz_(dir / names.mz), spectrum_(dir / names.spectrum), weight_(dir / names.weight) {
    if (cosine != nullptr) cosine_.emplace(dir / cosine);
  }

  void write(std::span<const Posting> postings) {
    for (const Posting& one : postings) {
      mz_.write_values(std::span(&one.mz, 1));
      spectrum_.write_values(std::span(&one.spectrum, 1));
      weight_.write_values(std::span(&one.weight, 1));
      if (cosine_) cosine_->write_values(std::span(&one.cosine, 1));
    }
  }
  void finish() {
    for (BlockWriter* file : {&mz_, &spectrum_, &weight_}) file->finish();
    if (cosine_) cosine_->finish();
  }

 private:
  BlockWriter mz_, spectrum_, weight_;
  std::optional<BlockWriter> cosine_;
};

void write_index(const FinishedPeaks& peaks, const WeightsOfPeaks& weights, PostedAs as,
                 PostingFiles to, const RunContext& context) {
  std::uint64_t low = 0;
  for (const std::uint64_t high : cuts_of(peaks, as)) {
    context.check_interrupt();
    std::vector<Posting> postings;
    for_each_posting(peaks, as, [&](std::size_t spectrum, MicroMz place, std::uint64_t peak) {
      if (place < low || place >= high) return;
      const auto weight = static_cast<float>(weights.entropy.values<double>(peak, 1)[0]);
      const auto cosine =
          weights.cosine ? static_cast<float>(weights.cosine->values<double>(peak, 1)[0]) : 0.0F;
      postings.push_back({place, static_cast<std::uint32_t>(spectrum), weight, cosine});
    });
    std::ranges::sort(postings, {},
                      [](const Posting& one) { return std::pair(one.mz, one.spectrum); });
    to.write(postings);
    low = high;
  }
  to.finish();
}

}  // namespace

bool can_be_indexed(const SimilarityRule& rule) {
  return rule.cleaning.merge_within.dalton > 0;
}

bool has_indexed_cosine(const SimilarityRule& rule) {
  const bool is_cosine =
      rule.kind == SimilarityKind::cosine || rule.kind == SimilarityKind::weighted_cosine;
  return is_cosine && can_be_indexed(rule);
}

void write_peak_indices(const std::filesystem::path& dir, std::size_t spectra,
                        const SimilarityRule& rule, const RunContext& context) {
  const FinishedPeaks finished(dir, spectra);
  const auto cosine_weights = dir / "peak_cosine.tmp";
  write_weights(finished, default_rule(SimilarityKind::entropy), dir / files::kPeakWeight);
  WeightsOfPeaks weights{BlockFile(dir / files::kPeakWeight)};
  const char* cosine = has_indexed_cosine(rule) ? files::kCosineProducts.weight : nullptr;
  if (cosine != nullptr) {
    write_weights(finished, rule, cosine_weights);
    weights.cosine.emplace(cosine_weights);
  }
  write_index(finished, weights, PostedAs::products, PostingFiles(dir, files::kProducts, cosine),
              context);
  weights.cosine.reset();
  std::filesystem::remove(cosine_weights);
  write_index(finished, weights, PostedAs::losses, PostingFiles(dir, files::kLosses, nullptr),
              context);
}

}  // namespace specbridge
