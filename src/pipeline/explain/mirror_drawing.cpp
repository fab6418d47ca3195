#include "pipeline/explain/mirror_drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/text.h"
#include "pipeline/explain/drawing_pieces.h"
#include "pipeline/explain/label_places.h"

namespace specbridge {
namespace {

// Pixels.
constexpr int kMirrorWide = 960, kMirrorHigh = 560;
constexpr double kMirrorLeft = 64, kMirrorRight = 936, kBase = 300, kStem = 190;
constexpr double kMirrorLabelHigh = 12;
constexpr std::string_view kShared = "#2f7a40", kAlone = "#8c8c8c";

/// A peak of either spectrum.
struct MirrorPeak {
  double mz = 0, share = 0;  ///< of the largest
  bool shared = false;       ///< the other has it, too
};

std::vector<MirrorPeak> peaks_above(const Spectrum& query, const SpectrumBeside& beside) {
  std::vector<MirrorPeak> peaks;
  double largest = 0;
  for (const auto& [mz, intensity] : query.peaks) {
    if (!std::isfinite(mz) || !std::isfinite(intensity) || intensity <= 0) continue;
    peaks.push_back({mz, intensity, beside.of_query(mz) != PeakInOther::absent});
    largest = std::max(largest, intensity);
  }
  for (auto& peak : peaks) peak.share /= largest;
  return peaks;
}

std::vector<MirrorPeak> peaks_below(const Spectrum& query, const SpectrumBeside& beside) {
  std::vector<MirrorPeak> peaks;
  const auto in_query = beside.in_query(query);
  for (std::size_t i = 0; i < in_query.size(); ++i) {
    const Peak& peak = beside.peaks()[i];
    peaks.push_back({peak.mz, peak.intensity, in_query[i] != PeakInOther::absent});
  }
  return peaks;
}

/// Draws one of the two. @param down -1: upwards, 1: downwards
class MirrorHalf {
 public:
  MirrorHalf(std::vector<MirrorPeak> peaks, const MzAxis& axis, double down, int digits)
      : peaks_(std::move(peaks)), axis_(axis), down_(down), digits_(digits) {
    // The faint ones first, so that those of both lie above them.
    std::ranges::stable_sort(peaks_, [](const MirrorPeak& a, const MirrorPeak& b) {
      return std::pair(a.shared, a.share) < std::pair(b.shared, b.share);
    });
  }

  std::string sticks() const {
    std::string text;
    for (const auto& peak : peaks_) {
      const double x = axis_.x(peak.mz);
      text += stroke_between(x, kBase, x, kBase + down_ * peak.share * kStem,
                             fmt::format("stroke='{}' stroke-width='{}'",
                                         peak.shared ? kShared : kAlone, peak.shared ? 2 : 1.5));
    }
    return text;
  }

  /// Places are looked for as of peaks that stand upwards, and turned over.
  std::string labels() const {
    std::vector<PeakStick> all;
    for (const auto& peak : peaks_) all.push_back(stick_of(peak));
    LabelPlaces places({kMirrorLeft + 3, kMirrorRight + 20, kBase - kStem - 40, kBase},
                       std::move(all));
    std::string text;
    for (auto peak = peaks_.rbegin(); peak != peaks_.rend(); ++peak) {
      const std::string mz = fmt::format("{:.{}f}", peak->mz, digits_);
      const auto box = places.take(stick_of(*peak), kLetterWide * static_cast<double>(mz.size()),
                                   kMirrorLabelHigh);
      if (!box || box->bottom < stick_of(*peak).top - 5) continue;  // only right at its peak
      const double y = down_ < 0 ? box->bottom - 2 : 2 * kBase - box->bottom + 10;
      text += text_at((box->left + box->right) / 2, y, "font-size='10.5' text-anchor='middle'", mz);
    }
    return text;
  }

 private:
  PeakStick stick_of(const MirrorPeak& peak) const {
    return {axis_.x(peak.mz), kBase - peak.share * kStem};
  }

  std::vector<MirrorPeak> peaks_;
  MzAxis axis_;
  double down_;
  int digits_;
};

std::string mirror_heading(const Query& query, const ListedAnswer& listed,
                           const SpectrumBeside& beside) {
  constexpr std::size_t kTitle = 90, kSmiles = 140;
  const auto in_query = beside.in_query(query.spectrum);
  const auto shared =
      in_query.size() - static_cast<std::size_t>(std::ranges::count(in_query, PeakInOther::absent));
  std::string text = text_at(16, 26, "font-size='16' font-weight='bold'",
                             xml_text(fmt::format("{}, answer {}", one_line(query.name.id, kTitle),
                                                  listed.rank.value_or(0))));
  text += text_at(16, 46, "font-size='11' fill='#444'", xml_text(one_line(listed.smiles, kSmiles)));
  return text + text_at(16, 64, "font-size='12'",
                        xml_text(fmt::format("below: library spectrum {}; {} of {} are in both",
                                             one_line(beside.name(), kTitle), shared,
                                             counted(in_query.size(), "peak"))));
}

int digits_of(std::span<const Peak> peaks) {
  const bool whole =
      std::ranges::all_of(peaks, [](const Peak& peak) { return peak.mz == std::round(peak.mz); });
  return whole ? 0 : 4;
}

}  // namespace

std::string draw_mirror(const Query& query, const ListedAnswer& listed,
                        const SpectrumBeside& beside) {
  auto above = peaks_above(query.spectrum, beside), below = peaks_below(query.spectrum, beside);
  std::vector<double> mzs;
  for (const auto* peaks : {&above, &below}) {
    for (const auto& peak : *peaks) mzs.push_back(peak.mz);
  }
  if (mzs.empty()) mzs.push_back(100);
  const MzAxis axis = axis_over(mzs, kMirrorLeft, kMirrorRight);
  const int digits = digits_of(beside.peaks());
  const MirrorHalf upper(std::move(above), axis, -1, digits),
      lower(std::move(below), axis, 1, digits);
  constexpr double kBottom = kBase + kStem;
  std::string body = mirror_heading(query, listed, beside);
  body += stroke_between(kMirrorLeft, kBase, kMirrorRight, kBase, kAxisInk);
  body += stroke_between(kMirrorLeft, kBase - kStem, kMirrorLeft, kBottom, kAxisInk);
  body += share_mark(kMirrorLeft, kBase, 0) + share_marks(kMirrorLeft, kBase, kBase - kStem) +
          share_marks(kMirrorLeft, kBase, kBottom);
  body += marks_of(axis, kBottom + 16);
  body += upper.sticks() + lower.sticks() + upper.labels() + lower.labels();
  return svg_file(kMirrorWide, kMirrorHigh, body);
}

}  // namespace specbridge
