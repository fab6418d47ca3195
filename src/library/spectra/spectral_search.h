#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "index/row_set.h"
#include "library/spectra/spectral_library.h"
#include "ms/similarity/prepared_spectrum.h"
#include "ms/similarity/similarity_rule.h"
#include "specbridge/context.h"

namespace specbridge {

/// A spectrum that is looked up, made ready like those of the library.
struct SpectralQuery {
  PreparedSpectrum peaks;
  int polarity = 0;  ///< +1, -1: spectra of the other are not compared; 0: not known
  SpectrumKind kind = SpectrumKind::tandem;  ///< spectra of the other are not compared
  /// Whether a spectrum counts; empty: all do.
  std::function<bool(std::size_t)> counts = {};
};

/// A spectrum of the library that is similar enough by a rule.
struct SpectralHit {
  std::uint32_t spectrum = 0;
  std::uint32_t matched = 0;  ///< pairs of peaks
  double score = 0;
};
/// Whether a hit stands before another: equal scores by more matched peaks, then by spectrum.
bool stands_before(const SpectralHit& a, const SpectralHit& b);

/// The rule by which spectra of a library are compared: cleaned as they are.
/// @param asked kind, tolerance, powers and limits; its cleaning is not looked at
SimilarityRule rule_over(const SpectralLibrary& library, SimilarityRule asked);

/// A spectrum made ready to be looked up: cleaned as the library's were, then as the score needs
/// it.
/// @param rule of rule_over()
SpectralQuery spectral_query(const SpectralLibrary& library, std::span<const Peak> peaks,
                             std::optional<double> precursor_mz, int polarity,
                             const SimilarityRule& rule);

/// All spectra of a window of precursors that are similar enough, in the library's order.
std::vector<SpectralHit> hits_within(const SpectralLibrary& library, const SpectralQuery& query,
                                     const SimilarityRule& rule, RowRange window);

/// The k best of the query's kind, best first; the same as comparing with every spectrum. Entropy
/// scores, and the cosine that the library was built for, go through the inverted index where the
/// tolerance allows it (most_indexed_tolerance()), others over all spectra. Li and Fiehn, Nat
/// Methods 20, 1475, 2023.
std::vector<SpectralHit> best_hits(const SpectralLibrary& library, const SpectralQuery& query,
                                   const SimilarityRule& rule, std::size_t k);

}  // namespace specbridge
