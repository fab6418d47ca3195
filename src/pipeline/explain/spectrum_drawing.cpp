#include "pipeline/explain/spectrum_drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/characters.h"
#include "base/text.h"
#include "chem/drawing.h"
#include "pipeline/explain/drawing_pieces.h"
#include "pipeline/explain/label_places.h"

namespace specbridge {
namespace {

// Pixels.
constexpr int kWide = 960, kHigh = 710;
constexpr DrawingBox kPlot = {64, 936, 136, 372};
constexpr double kLabelsTop = 72;
constexpr int kPanelWide = 290, kPanelHigh = 220, kPanelTop = 432;
constexpr std::size_t kPanels = 3;
constexpr double kLabelHigh = 25;

constexpr std::string_view kExplained = "#1b62a8", kUnexplained = "#8c8c8c", kNotRead = "#cfcfcf";

/// How far down text stands, in pixels: numbers of a formula are lowered, its charge is raised.
int drop_of(std::string_view formula, std::size_t place) {
  if (is_digit(formula[place])) return 3;
  return is_sign(formula[place]) && place + 1 == formula.size() ? -4 : 0;
}

/// A formula as the end of a line of text.
std::string formula_text(std::string_view formula) {
  std::string text;
  int drop = 0;
  for (std::size_t i = 0; i < formula.size();) {
    const int here = drop_of(formula, i);
    std::size_t end = i + 1;
    while (end < formula.size() && drop_of(formula, end) == here) ++end;
    text += fmt::format("<tspan dy='{}'{}>{}</tspan>", here - drop,
                        here == 0 ? "" : " font-size='80%'", formula.substr(i, end - i));
    drop = here;
    i = end;
  }
  return text;
}

double y_of(double intensity) {
  return kPlot.bottom - std::clamp(intensity, 0.0, 1.0) * (kPlot.bottom - kPlot.top);
}

/// Peaks that can be drawn at all.
std::vector<const AnswerPeak*> drawn_peaks(const ExplainedAnswer& answer) {
  std::vector<const AnswerPeak*> peaks;
  for (const auto& peak : answer.peaks) {
    if (peak.use != PeakUse::no_peak) peaks.push_back(&peak);
  }
  return peaks;
}

MzAxis axis_of(const std::vector<const AnswerPeak*>& peaks, std::optional<double> precursor_mz) {
  std::vector<double> mzs = {precursor_mz.value_or(100)};
  for (const auto* peak : peaks) mzs.push_back(peak->peak.mz);
  return axis_over(mzs, kPlot.left, kPlot.right);
}

std::string colour_of(const AnswerPeak& peak) {
  if (peak.ion) return std::string(kExplained);
  return std::string(peak.use == PeakUse::read ? kUnexplained : kNotRead);
}

std::string heading(const ExplainedAnswer& answer) {
  constexpr std::size_t kTitle = 90, kSmiles = 140;
  std::string text =
      text_at(16, 26, "font-size='16' font-weight='bold'",
              xml_text(fmt::format("{}, answer {}", one_line(answer.query.id, kTitle),
                                   answer.listed.rank.value_or(0))));
  text += text_at(16, 46, "font-size='11' fill='#444'",
                  xml_text(fmt::format("{}  {}", one_line(answer.listed.adduct, 40),
                                       one_line(answer.molecule->smiles(), kSmiles))));
  const auto& part = answer.part;
  text += text_at(
      16, 64, "font-size='12'",
      fmt::format("explains {} of {}, {:.1f} % of their intensity; score {:.3f}", part.explained,
                  counted(part.peaks, "peak"), 100 * part.intensity.value_or(0), answer.score));
  return text;
}

std::string axes(const MzAxis& axis) {
  return stroke_between(kPlot.left, kPlot.bottom, kPlot.right, kPlot.bottom, kAxisInk) +
         stroke_between(kPlot.left, kPlot.bottom, kPlot.left, kPlot.top, kAxisInk) +
         marks_of(axis, kPlot.bottom) + share_mark(kPlot.left, y_of(0), 0) +
         share_marks(kPlot.left, y_of(0), y_of(1));
}

constexpr std::string_view kPrecursorStyle = "stroke='#999' stroke-dasharray='4 3'";

std::string legend() {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kEntries = {
      {{kExplained, "explained"}, {kUnexplained, "not explained"}, {kNotRead, "not read"}}};
  constexpr double kBaseline = kPlot.bottom + 36, kSquare = 10;
  std::string text;
  double x = kPlot.right - 380;
  const auto add_words = [&](std::string_view words) {
    text += text_at(x + 15, kBaseline, "font-size='11'", words);
    x += 28 + kLetterWide * static_cast<double>(words.size());
  };
  for (const auto& [colour, words] : kEntries) {
    text += fmt::format("<rect x='{:.0f}' y='{:.0f}' width='{}' height='{}' fill='{}'/>\n", x,
                        kBaseline - 9, kSquare, kSquare, colour);
    add_words(words);
  }
  text += stroke_between(x + 6, kBaseline + 1, x + 6, kBaseline - 10, kPrecursorStyle);
  add_words("precursor");
  return text;
}

/// The faint ones first, so that what is explained lies above them.
std::string sticks(std::vector<const AnswerPeak*> peaks, const MzAxis& axis) {
  const auto layer = [](const AnswerPeak* peak) {
    return (peak->ion ? 2 : 0) + (peak->use == PeakUse::read ? 1 : 0);
  };
  std::ranges::stable_sort(peaks, {}, layer);
  std::string text;
  for (const auto* peak : peaks) {
    const double x = axis.x(peak->peak.mz);
    text += stroke_between(
        x, kPlot.bottom, x, y_of(peak->peak.intensity),
        fmt::format("stroke='{}' stroke-width='{}'", colour_of(*peak), peak->ion ? "2" : "1.5"));
  }
  return text;
}

std::string precursor_mark(const ExplainedAnswer& answer, const MzAxis& axis) {
  if (!answer.precursor_mz) return {};
  const double x = axis.x(*answer.precursor_mz);
  return stroke_between(x, kPlot.bottom, x, kPlot.top - 6, kPrecursorStyle);
}

/// The explained peaks, those that contribute most first.
std::vector<const AnswerPeak*> by_contribution(const ExplainedAnswer& answer) {
  std::vector<const AnswerPeak*> peaks;
  for (const auto& peak : answer.peaks) {
    if (peak.ion) peaks.push_back(&peak);
  }
  std::ranges::stable_sort(peaks, [](const AnswerPeak* a, const AnswerPeak* b) {
    return a->ion->contribution > b->ion->contribution;
  });
  return peaks;
}

std::string labels(const std::vector<const AnswerPeak*>& peaks,
                   const std::vector<const AnswerPeak*>& explained, const MzAxis& axis) {
  std::vector<PeakStick> all;
  for (const auto* peak : peaks) all.push_back({axis.x(peak->peak.mz), y_of(peak->peak.intensity)});
  LabelPlaces places({kPlot.left + 3, kPlot.right + 20, kLabelsTop, kPlot.bottom}, std::move(all));
  std::string text;
  for (const auto* peak : explained) {
    const PeakStick stick{axis.x(peak->peak.mz), y_of(peak->peak.intensity)};
    const std::string mz = fmt::format("{:.4f}", peak->peak.mz);
    const std::size_t letters = std::max(mz.size(), peak->ion->formula.size());
    const auto box = places.take(stick, kLetterWide * static_cast<double>(letters), kLabelHigh);
    if (!box) continue;
    if (box->bottom < stick.top - 5 || stick.x < box->left || stick.x > box->right) {
      const double end = std::clamp(stick.x, box->left, box->right);
      text += stroke_between(end, box->bottom, stick.x, stick.top,
                             fmt::format("stroke='{}' stroke-width='0.5'", kExplained));
    }
    const double middle = (box->left + box->right) / 2;
    constexpr const char* kStyle = "font-size='10.5' text-anchor='middle'";
    text += text_at(middle, box->top + 9, kStyle, mz);
    text += text_at(middle, box->top + 21, fmt::format("{} fill='{}'", kStyle, kExplained),
                    formula_text(peak->ion->formula));
  }
  return text;
}

/// "-0.3 ppm", never "-0.0 ppm".
std::string ppm_text(double error) {
  return fmt::format("{:+.1f} ppm", std::round(error * 10) / 10 + 0.0);
}

/// The structure with the atoms of a peak's fragment marked. @param peak nullptr: none
std::string panel(const ExplainedAnswer& answer, const AnswerPeak* peak, std::size_t place) {
  const double left = 16 + static_cast<double>(place) * (kPanelWide + 29);
  const double middle = left + kPanelWide / 2.0;
  std::string text = fmt::format("<g transform='translate({:.0f},{})'>\n{}</g>\n", left, kPanelTop,
                                 draw_svg(*answer.molecule, kPanelWide, kPanelHigh,
                                          peak == nullptr ? std::vector<int>() : peak->ion->atoms));
  constexpr const char* kStyle = "font-size='12' text-anchor='middle'";
  if (peak == nullptr) {
    return text + text_at(middle, kPanelTop + kPanelHigh + 18, kStyle,
                          "no peak speaks for this structure");
  }
  const ExplainedIon& ion = *peak->ion;
  text += text_at(middle, kPanelTop + kPanelHigh + 18, kStyle,
                  fmt::format("m/z {:.4f} ({}) {}", peak->peak.mz, ppm_text(ion.error_ppm),
                              formula_text(ion.formula)));
  return text + text_at(middle, kPanelTop + kPanelHigh + 36, fmt::format("{} fill='#444'", kStyle),
                        fmt::format("{} cut, adds {:.3f} to the score",
                                    counted(ion.bonds.size(), "bond"), ion.contribution));
}

std::string panels(const ExplainedAnswer& answer, std::vector<const AnswerPeak*> explained) {
  std::erase_if(explained, [](const AnswerPeak* peak) { return !(peak->ion->contribution > 0); });
  if (explained.empty()) return panel(answer, nullptr, 0);
  std::string text;
  for (std::size_t i = 0; i < std::min(kPanels, explained.size()); ++i) {
    text += panel(answer, explained[i], i);
  }
  return text;
}

}  // namespace

std::string draw_explanation(const ExplainedAnswer& answer) {
  const auto peaks = drawn_peaks(answer);
  const auto explained = by_contribution(answer);
  const MzAxis axis = axis_of(peaks, answer.precursor_mz);
  return svg_file(kWide, kHigh,
                  heading(answer) + precursor_mark(answer, axis) + axes(axis) + legend() +
                      sticks(peaks, axis) + labels(peaks, explained, axis) +
                      panels(answer, explained));
}

}  // namespace specbridge
