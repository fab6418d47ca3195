#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/spectrum.h"
#include "specbridge/unit_mass.h"

namespace specbridge {

/// How a spectrum of electron ionisation is written as text for a language model: peaks as words
/// by falling intensity, "base_peak@93,max_peak@66,max_peak@39,extra_peak@65,max_peak@94". The most
/// intense is the base peak, the next two are called max_peak, others extra_peak; last stands the
/// highest m/z of all that are intense enough, max_peak again. Of equal intensities the earlier in
/// the file comes first. Intensities themselves are not written.
struct TextRendering {
  std::string before = "Instruction: This is a mass spectra:  Key Peaks: ";  ///< the peaks
  double least = 0.005;    ///< share of the base peak from which on peaks count
  std::size_t peaks = 30;  ///< the most intense that become words, but for the last word
  UnitMass unit_mass = UnitMass::truncate;  ///< UnitMass::none writes m/z with their decimals
};

/// The rules of a name: "llm4ms", as Xu et al. write spectra (Commun Chem, 2025,
/// s42004-025-01708-7). @throws UsageError
TextRendering parse_text_rendering(std::string_view name);

/// The text of some peaks. Those whose m/z or intensity is not finite or not positive are no peaks;
/// without one that is, the text is what stands before.
std::string rendered(std::span<const Peak> peaks, const TextRendering& rules);

/// The peaks that the text tells of, in the order given, with m/z as it writes them: the text of
/// these is the text of all, as far as no two intensities differ by less than float32 can tell.
std::vector<Peak> worded_peaks(std::span<const Peak> peaks, const TextRendering& rules);

}  // namespace specbridge
