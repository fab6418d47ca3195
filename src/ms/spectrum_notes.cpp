#include "ms/spectrum_notes.h"

#include <fmt/format.h>

#include <cmath>

namespace specbridge {
namespace {

/// "162.6230 to 163.6230", "above 162.6230".
std::string bounds_of(const IsolationWindow& window) {
  if (std::isinf(window.high)) return fmt::format("above {:.4f}", window.low);
  if (std::isinf(window.low)) return fmt::format("below {:.4f}", window.high);
  return fmt::format("{:.4f} to {:.4f}", window.low, window.high);
}

std::string note_on_isolation(const Spectrum& spectrum) {
  if (!spectrum.isolation) return "";
  const std::string bounds = bounds_of(*spectrum.isolation);
  std::string text;
  if (spectrum.has(Oddity::outside_isolation)) {
    text = fmt::format(
        "the selected ion {:.4f} lies outside its isolation window ({}), whose target is tried too",
        spectrum.precursors.front(), bounds);
  }
  if (spectrum.has(Oddity::wide_isolation)) {
    text += text.empty() ? "" : "; ";
    text += fmt::format(
        "isolated in a wide window ({}): the precursor is not known as well as the mass window "
        "says",
        bounds);
  }
  return text;
}

}  // namespace

std::string notes_of(const Spectrum& spectrum, const IonOfSpectrum& ion) {
  std::string notes = assumption_of(spectrum, ion);
  const auto add = [&](const std::string& note) {
    if (!note.empty()) notes += (notes.empty() ? "" : "; ") + note;
  };
  add(note_on_isolation(spectrum));
  if (spectrum.has(Oddity::profile)) add("a profile spectrum; its peaks were centroided");
  return notes;
}

std::string detail_of(const Spectrum& spectrum, Oddity oddity) {
  if (!spectrum.isolation) return "";
  const std::string bounds = bounds_of(*spectrum.isolation);
  if (oddity == Oddity::wide_isolation) {
    return fmt::format("window {}: the precursor is not known that well", bounds);
  }
  if (oddity == Oddity::outside_isolation) {
    return fmt::format("selected ion {:.4f}, window {}", spectrum.precursors.front(), bounds);
  }
  return "";
}

}  // namespace specbridge
