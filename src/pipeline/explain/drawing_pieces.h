#pragma once

#include <span>
#include <string>
#include <string_view>

namespace specbridge {

// Pieces of drawings as the text of SVG files. Places are in pixels; y grows downwards.

/// A text as it stands in XML.
std::string xml_text(std::string_view text);
/// @param style attributes @param markup with which characters that XML reserves stand for
/// themselves
std::string text_at(double x, double y, std::string_view style, std::string_view markup);
std::string stroke_between(double x1, double y1, double x2, double y2, std::string_view style);
/// A whole file. @param body what is drawn, on white
std::string svg_file(int wide, int high, std::string_view body);

inline constexpr const char* kAxisInk = "stroke='#444'";
inline constexpr double kLetterWide = 6.5;  ///< of labels, on average

/// The axis of m/z of a drawing.
struct MzAxis {
  double low = 0, high = 1;    ///< m/z, Th
  double left = 0, right = 1;  ///< where these stand
  double x(double mz) const { return left + (mz - low) / (high - low) * (right - left); }
};
/// That of some m/z, with some room beside them. @param mzs at least one
MzAxis axis_over(std::span<const double> mzs, double left, double right);
/// Its marks with their numbers and "m/z" below a line at a height.
std::string marks_of(const MzAxis& axis, double y);
/// 50 and 100 % beside a line that stands from one height, of nothing, to another.
std::string share_marks(double x, double y_of_none, double y_of_all);
/// A height of that line. @param percent 0, 50 or 100
std::string share_mark(double x, double y, int percent);

}  // namespace specbridge
