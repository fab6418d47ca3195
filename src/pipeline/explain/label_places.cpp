#include "pipeline/explain/label_places.h"

#include <algorithm>
#include <cmath>

namespace specbridge {
namespace {

constexpr double kAbovePeak = 4, kApart = 2;

bool overlap(const DrawingBox& a, const DrawingBox& b) {
  return a.left < b.right + kApart && b.left < a.right + kApart && a.top < b.bottom + kApart &&
         b.top < a.bottom + kApart;
}

/// How far a label is from where it would stand alone.
struct Shift {
  double aside = 0, up = 0;
};

/// The nearest first; aside is dearer than up.
std::vector<Shift> shifts() {
  constexpr double kStepUp = 7, kMostUp = 140, kStepAside = 12, kMostAside = 84;
  std::vector<Shift> all;
  for (double up = 0; up <= kMostUp; up += kStepUp) {
    for (double aside = -kMostAside; aside <= kMostAside; aside += kStepAside) {
      all.push_back({aside, up});
    }
  }
  const auto cost = [](const Shift& shift) { return 1.2 * std::abs(shift.aside) + shift.up; };
  std::ranges::stable_sort(all, {}, cost);
  return all;
}

/// The line from a peak to its label.
struct LeaderLine {
  double x1 = 0, y1 = 0, x2 = 0, y2 = 0;

  LeaderLine(const DrawingBox& label, const PeakStick& stick)
      : x1(stick.x),
        y1(stick.top),
        x2(std::clamp(stick.x, label.left, label.right)),
        y2(label.bottom) {}
  /// A point of it. @param share of the way, in [0, 1]
  DrawingBox at(double share) const {
    const double x = x1 + share * (x2 - x1), y = y1 + share * (y2 - y1);
    return {x, x, y, y};
  }
  bool crosses(const PeakStick& stick) const {
    if (x1 == x2) return false;
    const double share = (stick.x - x1) / (x2 - x1);
    return share > 0 && share <= 1 && stick.top < at(share).bottom;
  }
};

constexpr int kPoints = 12;  // of a leader

}  // namespace

bool LabelPlaces::is_free(const DrawingBox& box, const PeakStick& stick) const {
  const LeaderLine leader(box, stick);
  const auto is_hit = [&](const DrawingBox& other) {
    if (overlap(box, other)) return true;
    for (int i = 0; i < kPoints; ++i) {
      if (overlap(leader.at(static_cast<double>(i) / kPoints), other)) return true;
    }
    return false;
  };
  if (std::ranges::any_of(taken_, is_hit)) return false;
  return std::ranges::none_of(sticks_, [&](const PeakStick& other) {
    const bool below = other.x > box.left - kApart && other.x < box.right + kApart;
    return (below && other.top < box.bottom + 1) || leader.crosses(other);
  });
}

std::optional<DrawingBox> LabelPlaces::take(const PeakStick& stick, double width, double height) {
  static const std::vector<Shift> kShifts = shifts();
  for (const auto& [aside, up] : kShifts) {
    const double left = std::clamp(stick.x - width / 2 + aside, area_.left, area_.right - width);
    const double bottom = stick.top - kAbovePeak - up;
    const DrawingBox box{left, left + width, bottom - height, bottom};
    if (box.top < area_.top || !is_free(box, stick)) continue;
    taken_.push_back(box);
    const LeaderLine leader(box, stick);
    for (int i = 0; i < kPoints; ++i) {
      taken_.push_back(leader.at(static_cast<double>(i) / kPoints));
    }
    return box;
  }
  return {};
}

}  // namespace specbridge
