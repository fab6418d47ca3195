#include "search/references/reference_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "base/text.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

/// The vector of a query; none where there is no model.
std::span<const float> vector_of(const EmbeddedQueries& queries, std::size_t i) {
  return queries.vectors.cols() == 0 ? std::span<const float>() : queries.vectors.row(i);
}

/// Whether a molecule can be the ion that the record of a query states; where it states none, any
/// can. Both precursors are measured, so the window is twice as wide.
bool fits_stated_ion(const Query& query, double mass, const Tolerance& tolerance) {
  if (query.ion.source != AdductSource::record || query.ion.possible.empty()) return true;
  const Tolerance both{2 * tolerance.ppm, 2 * tolerance.dalton};
  return std::ranges::any_of(query.ion.possible, [&](const Ion& ion) {
    const auto window = mass_window(ion.adduct, ion.mz, both);
    return mass >= window.low && mass <= window.high;
  });
}

/// The row of the molecule of a match; nothing where it cannot be the query's ion.
std::optional<std::size_t> matching_row(const ReferenceSpectra& references, const Query& query,
                                        const StructureMatch& match) {
  const std::size_t row = references.library().molecule_of(match.best.spectrum);
  if (references.compares_all(query)) return row;
  const double mass = references.library().molecules().mass(row);
  return fits_stated_ion(query, mass, references.precursor_tolerance()) ? std::optional(row)
                                                                        : std::nullopt;
}

/// Rows of the molecules that a query matches, ascending.
std::vector<std::size_t> matching_rows(const ReferenceSpectra& references, const Query& query,
                                       std::span<const float> vector) {
  std::vector<std::size_t> rows;
  for (const auto& match : references.matches({query, query.spectrum.peaks, vector})) {
    if (const auto row = matching_row(references, query, match)) rows.push_back(*row);
  }
  std::ranges::sort(rows);
  return rows;
}

std::string mode_words(int polarity) {
  if (polarity == 0) return "";
  return polarity > 0 ? " in positive mode" : " in negative mode";
}

/// Why no library spectrum is like a query.
CandidateSet nothing_like(const ReferenceSpectra& references, const Query& query) {
  const RowRange window = references.window(query);
  const int polarity = polarity_of(query.spectrum, query.ion);
  std::size_t comparable = 0;
  for (std::size_t i = window.first; i < window.last; ++i) {
    comparable += polarities_fit(references.library().polarity(i), polarity) ? 1 : 0;
  }
  if (query.spectrum.kind == SpectrumKind::electron) {
    if (comparable == 0) {
      return {Status::empty_window,
              fmt::format("the library has no spectrum of electron ionisation{}",
                          mode_words(polarity))};
    }
    return {Status::no_library_match,
            fmt::format("none of {} of electron ionisation is similar enough",
                        counted(comparable, "library spectrum", "library spectra"))};
  }
  if (comparable == 0) {
    return {Status::empty_window,
            fmt::format("the library has no spectrum of precursor m/z {:.4f}{}",
                        *query.spectrum.precursor_mz, mode_words(polarity))};
  }
  if (references.is_open()) {
    return {Status::no_library_match,
            fmt::format("none of {}{} is similar enough",
                        counted(comparable, "library spectrum", "library spectra"),
                        mode_words(polarity))};
  }
  return {Status::no_library_match,
          fmt::format("{} of precursor m/z {:.4f}{}, none of which is similar enough",
                      counted(comparable, "library spectrum", "library spectra"),
                      *query.spectrum.precursor_mz, mode_words(polarity))};
}

class ReferenceCandidates final : public CandidateSource {
 public:
  ReferenceCandidates(const ReferenceSpectra& references, std::size_t threads)
      : references_(references), threads_(threads) {}

  std::vector<CandidateSet> candidates(const EmbeddedQueries& queries, std::size_t) const override {
    std::vector<CandidateSet> sets(queries.queries.size());
    parallel_for(sets.size(), threads_, [&](std::size_t i) {
      const Query& query = queries.queries[i];
      if (query.refusal) {
        sets[i] = {query.refusal->status, query.refusal->message};
        return;
      }
      auto rows = matching_rows(references_, query, vector_of(queries, i));
      sets[i] = rows.empty() ? nothing_like(references_, query)
                             : CandidateSet{Status::ok, "", RowSet(std::move(rows))};
    });
    return sets;
  }

 private:
  const ReferenceSpectra& references_;
  std::size_t threads_;
};

class WithReferences final : public CandidateSource {
 public:
  WithReferences(std::unique_ptr<const CandidateSource> source, const MoleculeLibrary& library,
                 const ReferenceSpectra& references, std::size_t threads)
      : source_(std::move(source)), library_(library), references_(references), threads_(threads) {}

  std::vector<CandidateSet> candidates(const EmbeddedQueries& queries,
                                       std::size_t k) const override {
    auto sets = source_->candidates(queries, k);
    parallel_for(sets.size(), threads_, [&](std::size_t i) {
      const bool open = sets[i].status == Status::ok || sets[i].status == Status::empty_window;
      if (open) add(queries.queries[i], vector_of(queries, i), sets[i]);
    });
    return sets;
  }

 private:
  /// Rows of what the set holds, and of what library spectra add to it.
  void add(const Query& query, std::span<const float> vector, CandidateSet& set) const {
    const auto found = matching_rows(references_, query, vector);
    if (found.empty()) return;
    std::vector<StructureKey> known;
    std::vector<RowRange> rows;
    set.rows.for_each_range([&](const RowRange& range) {
      rows.push_back(range);
      for (std::size_t row = range.first; row < range.last; ++row) {
        known.push_back(library_.structure(row));
      }
    });
    std::ranges::sort(known);
    for (const std::size_t row : found) {
      const StructureKey key = references_.library().molecules().structure(row);
      if (std::ranges::binary_search(known, key)) continue;
      rows.push_back({library_.rows() + row, library_.rows() + row + 1});
    }
    if (set.status != Status::ok) set = {Status::ok, ""};
    set.rows = RowSet(std::move(rows));
  }

  std::unique_ptr<const CandidateSource> source_;
  const MoleculeLibrary& library_;
  const ReferenceSpectra& references_;
  std::size_t threads_;
};

}  // namespace

std::optional<float> best_similarity(const ReferenceSpectra& references,
                                     const ShownSpectrum& shown) {
  std::optional<float> best;
  for (const auto& match : references.matches(shown)) {
    if (!matching_row(references, shown.query, match)) continue;
    best = std::max(best.value_or(0), static_cast<float>(match.best.score));
  }
  return best;
}

std::unique_ptr<CandidateSource> reference_candidates(const ReferenceSpectra& references,
                                                      std::size_t threads) {
  return std::make_unique<ReferenceCandidates>(references, threads);
}

std::unique_ptr<CandidateSource> with_references(std::unique_ptr<const CandidateSource> source,
                                                 const MoleculeLibrary& library,
                                                 const ReferenceSpectra& references,
                                                 std::size_t threads) {
  return std::make_unique<WithReferences>(std::move(source), library, references, threads);
}

}  // namespace specbridge
