#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace specbridge {

/// A place in a drawing, in pixels; y grows downwards.
struct DrawingBox {
  double left = 0, right = 0, top = 0, bottom = 0;
};

/// The line of a peak: where it stands and how high it reaches.
struct PeakStick {
  double x = 0, top = 0;
};

/// Finds places for the labels of peaks in which they cover neither each other nor a peak.
class LabelPlaces {
 public:
  /// @param area that labels stay in @param sticks of all peaks that are drawn
  LabelPlaces(DrawingBox area, std::vector<PeakStick> sticks)
      : area_(area), sticks_(std::move(sticks)) {}

  /// The nearest free place above a peak, which is taken then; nothing where there is none.
  /// @param stick of the peak
  std::optional<DrawingBox> take(const PeakStick& stick, double width, double height);

 private:
  bool is_free(const DrawingBox& box, const PeakStick& stick) const;

  DrawingBox area_;
  std::vector<PeakStick> sticks_;
  std::vector<DrawingBox> taken_;  // labels, and the lines that lead to them
};

}  // namespace specbridge
