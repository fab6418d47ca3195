#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "library/spectra/analogues.h"
#include "library/spectra/spectral_library.h"
#include "library/spectra/spectral_search.h"
#include "ranking/structures.h"
#include "specbridge/query.h"
#include "specbridge/searcher.h"
#include "specbridge/tolerance.h"

namespace specbridge {

/// The library spectrum of a structure that is most like a query.
struct StructureMatch {
  StructureKey structure;
  SpectralHit best;
};

/// That of a structure; nullptr where there is none. @param matches by structure
const StructureMatch* match_of(std::span<const StructureMatch> matches,
                               const StructureKey& structure);

/// What a query shows to those who compare it with library spectra.
struct ShownSpectrum {
  const Query& query;
  std::span<const Peak> peaks;
  std::span<const float> vector = {};
};

/// Spectra of known compounds at work: which of them are like a query. Thread-safe.
class ReferenceSpectra {
 public:
  /// @param precursor how far the precursors of query and library spectrum may be apart
  /// @throws UsageError when the library cannot be searched as is asked
  ReferenceSpectra(std::shared_ptr<const SpectralLibrary> library, const ReferenceSources& sources,
                   const Tolerance& precursor);

  const SpectralLibrary& library() const noexcept { return *library_; }
  const std::shared_ptr<const SpectralLibrary>& shared_library() const noexcept { return library_; }
  /// By which peaks are compared.
  const SimilarityRule& rule() const noexcept { return rule_; }
  bool is_open() const noexcept { return precursors_ == ReferencePrecursors::any; }
  /// Whether a query is compared with library spectra whatever its mass.
  bool compares_all(const Query& query) const noexcept {
    return is_open() || query.spectrum.kind == SpectrumKind::electron;
  }
  /// The spectra that a query may be compared with, whatever their ion mode: those of its
  /// precursor, or all; of electron ionisation all of those.
  RowRange window(const Query& query) const;
  /// The best spectrum of each structure among them that is similar enough, by structure; where all
  /// are compared, of the structures of the best few hundred spectra (by vectors, 3,000).
  std::vector<StructureMatch> matches(const ShownSpectrum& shown) const;
  /// The molecules of spectra of other precursors that are like the query's.
  std::vector<Analogue> analogues(const ShownSpectrum& shown) const;
  Analogues propagation() const noexcept { return propagation_; }
  ReferenceMatch describe(const ShownSpectrum& shown, const SpectralHit& hit) const;
  /// Why a record cannot be compared with library spectra, if there is a reason.
  std::optional<Refusal> refusal(const Spectrum& spectrum) const;
  const Tolerance& precursor_tolerance() const noexcept { return precursor_; }
  /// Whether spectra are compared by vectors of the model instead of their peaks.
  bool by_vectors() const noexcept { return by_vectors_; }
  /// Rule and choice, for the record of a run.
  Json to_json() const;

 private:
  /// The spectra of a query's precursor.
  RowRange own_window(const Query& query) const;
  /// Whether mass and retention index of a library spectrum agree with those of a query, as far as
  /// that is asked for.
  bool counts(const Spectrum& query, std::size_t spectrum) const;
  std::optional<double> retention_difference(const Spectrum& query, std::size_t spectrum) const;
  /// What a hit loses for its retention index.
  double penalty(const Spectrum& query, const SpectralHit& hit) const;
  ReferenceMatch describe_electron(const ShownSpectrum& shown, const SpectralHit& hit) const;
  bool is_own(const Query& query, const SpectralQuery& looked_up, const SpectralHit& hit) const;
  std::vector<SpectralHit> hits_by_vectors(const ShownSpectrum& shown, RowRange window) const;
  std::vector<SpectralHit> hits_by_peaks(const ShownSpectrum& shown, RowRange window) const;

  std::shared_ptr<const SpectralLibrary> library_;
  SimilarityRule rule_;
  Tolerance precursor_;
  ReferencePrecursors precursors_;
  ReferenceAdducts adducts_;
  OwnRecord own_record_;
  Analogues propagation_;
  GasChoice gas_;
  bool by_vectors_ = false;
};

}  // namespace specbridge
