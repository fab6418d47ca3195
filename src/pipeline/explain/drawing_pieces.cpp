#include "pipeline/explain/drawing_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace specbridge {
namespace {

/// A round step that gives at most about a dozen marks.
double step_of(const MzAxis& axis) {
  constexpr std::array kSteps = {1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 500.0};
  for (const double step : kSteps) {
    if ((axis.high - axis.low) / step <= 12) return step;
  }
  return 1000;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string text_at(double x, double y, std::string_view style, std::string_view markup) {
  return fmt::format("<text x='{:.1f}' y='{:.1f}' {}>{}</text>\n", x, y, style, markup);
}

std::string stroke_between(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format("<line x1='{:.1f}' y1='{:.1f}' x2='{:.1f}' y2='{:.1f}' {}/>\n", x1, y1, x2, y2,
                     style);
}

std::string svg_file(int wide, int high, std::string_view body) {
  return fmt::format(
      "<?xml version='1.0' encoding='UTF-8'?>\n"
      "<svg xmlns='http://www.w3.org/2000/svg' width='{0}' height='{1}' viewBox='0 0 {0} {1}' "
      "font-family='Helvetica, Arial, DejaVu Sans, sans-serif'>\n"
      "<rect width='{0}' height='{1}' fill='white'/>\n{2}</svg>\n",
      wide, high, body);
}

MzAxis axis_over(std::span<const double> mzs, double left, double right) {
  const auto [low, high] = std::ranges::minmax(mzs);
  const double margin = std::max(2.0, 0.03 * (high - low));
  return {std::max(0.0, low - margin), high + margin, left, right};
}

std::string marks_of(const MzAxis& axis, double y) {
  std::string text;
  const double step = step_of(axis);
  for (double mz = std::ceil(axis.low / step) * step; mz <= axis.high; mz += step) {
    text += stroke_between(axis.x(mz), y, axis.x(mz), y + 5, kAxisInk);
    text += text_at(axis.x(mz), y + 18, "font-size='11' text-anchor='middle'",
                    fmt::format("{:.0f}", mz));
  }
  return text + text_at((axis.left + axis.right) / 2, y + 36,
                        "font-size='12' text-anchor='middle' font-style='italic'", "m/z");
}

std::string share_marks(double x, double y_of_none, double y_of_all) {
  return share_mark(x, (y_of_none + y_of_all) / 2, 50) + share_mark(x, y_of_all, 100);
}

std::string share_mark(double x, double y, int percent) {
  return stroke_between(x - 5, y, x, y, kAxisInk) +
         text_at(x - 8, y + 4, "font-size='11' text-anchor='end'", fmt::format("{} %", percent));
}

}  // namespace specbridge
