#include "search/library_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "chem/formulas/formula.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

// An open search asks FAISS for more than it needs, since hits are re-scored exactly and made into
// structures.
constexpr std::size_t kOpenFactor = 10, kOpenMinimum = 200;

/// What the sources have in common: refusals pass, queries are worked on in parallel.
class LibraryCandidates : public CandidateSource {
 public:
  LibraryCandidates(const Library& library, std::size_t threads)
      : library_(library), threads_(threads) {}

  std::vector<CandidateSet> candidates(const EmbeddedQueries& queries,
                                       std::size_t /*k*/) const override {
    std::vector<CandidateSet> sets(queries.queries.size());
    parallel_for(sets.size(), threads_, [&](std::size_t i) {
      const Query& query = queries.queries[i];
      sets[i] = query.refusal ? CandidateSet{query.refusal->status, query.refusal->message}
                              : choose(query);
    });
    return sets;
  }

 protected:
  virtual CandidateSet choose(const Query& query) const = 0;

  const Library& library_;
  std::size_t threads_;
};

/// Ranges that overlap become one, so that no row is ranked twice.
std::vector<RowRange> united(std::vector<RowRange> ranges) {
  std::erase_if(ranges, [](const RowRange& range) { return range.size() == 0; });
  std::ranges::sort(ranges, {}, &RowRange::first);
  std::vector<RowRange> apart;
  for (const auto& range : ranges) {
    if (!apart.empty() && range.first <= apart.back().last) {
      apart.back().last = std::max(apart.back().last, range.last);
    } else {
      apart.push_back(range);
    }
  }
  return apart;
}

class MassWindowCandidates final : public LibraryCandidates {
 public:
  MassWindowCandidates(const Library& library, const CandidateChoice& choice, std::size_t threads)
      : LibraryCandidates(library, threads),
        tolerance_(choice.tolerance),
        adducts_(choice.adducts) {}

 private:
  CandidateSet choose(const Query& query) const override {
    const auto& possible = query.ion.possible;
    if (possible.empty()) return {Status::unknown_adduct, why_unknown(query.spectrum)};
    std::vector<RowRange> ranges;
    for (const auto& ion : possible) {
      const auto window = mass_window(ion.adduct, ion.mz, tolerance_);
      ranges.push_back(library_.within(window.low, window.high));
    }
    ranges = united(std::move(ranges));
    if (ranges.empty()) return {Status::empty_window, why_empty(query)};
    CandidateSet set{Status::ok, "", RowSet(std::move(ranges))};
    const bool from_list = query.ion.source == AdductSource::list;
    if (from_list || possible.size() > 1) {
      set.assumed = possible;
      set.message = fmt::format(
          "{}; candidates of {}",
          from_list ? missing_adduct(query.spectrum) : "the record leaves open which ion it shows",
          names_of(possible));
    }
    return set;
  }

  static std::string missing_adduct(const Spectrum& spectrum) {
    return spectrum.adduct.empty()
               ? "the record states no adduct"
               : fmt::format("adduct \"{}\" cannot be read", one_line(spectrum.adduct, 80));
  }

  std::string why_unknown(const Spectrum& spectrum) const {
    if (!adducts_.empty()) {
      return fmt::format("{}, and none of {} has its charge and ion mode", missing_adduct(spectrum),
                         names_of(adducts_));
    }
    return spectrum.adduct.empty()
               ? "the record states neither adduct nor charge; add ADDUCT or CHARGE"
               : missing_adduct(spectrum);
  }

  std::string why_empty(const Query& query) const {
    if (query.ion.possible.size() > 1) {
      return fmt::format("the library has no molecule in the mass windows of {}",
                         names_of(query.ion.possible));
    }
    const auto& [adduct, mz] = query.ion.possible.front();
    const auto window = mass_window(adduct, mz, tolerance_);
    return fmt::format("the library has no molecule of {:.4f} to {:.4f} Da ({})", window.low,
                       window.high, adduct.name);
  }

  Tolerance tolerance_;
  std::vector<Adduct> adducts_;
};

class FormulaCandidates final : public LibraryCandidates {
 public:
  FormulaCandidates(const Library& library, const CandidateChoice& choice, std::size_t threads)
      : LibraryCandidates(library, threads), formula_(choice.formula) {}

 private:
  CandidateSet choose(const Query& query) const override {
    const std::string& stated = formula_.empty() ? query.spectrum.formula : formula_;
    if (stated.empty()) return {Status::no_formula, "the record states no FORMULA"};
    const auto formula = hill_formula(stated);
    if (!formula) {
      return {Status::no_formula, fmt::format("\"{}\" is no molecular formula", stated)};
    }
    auto rows = library_.with_formula(*formula);
    if (rows.empty()) {
      return {Status::no_formula_match, fmt::format("the library has no molecule {}", *formula)};
    }
    return {Status::ok, "", RowSet(std::move(rows))};
  }

  std::string formula_;
};

class OpenCandidates final : public CandidateSource {
 public:
  OpenCandidates(const Library& library, const CandidateChoice& choice)
      : library_(library), effort_(choice.effort) {}

  std::vector<CandidateSet> candidates(const EmbeddedQueries& queries,
                                       std::size_t k) const override {
    const std::size_t wanted = k == 0 ? library_.rows() : std::max(kOpenMinimum, kOpenFactor * k);
    const auto found = library_.nearest(queries.vectors, wanted, effort_);
    std::vector<CandidateSet> sets(queries.queries.size());
    for (std::size_t i = 0; i < sets.size(); ++i) {
      if (const auto& refusal = queries.queries[i].refusal) {
        sets[i] = {refusal->status, refusal->message};
        continue;
      }
      RowSet::Rows rows;
      for (const auto& neighbor : found[i]) rows.push_back(neighbor.row);
      sets[i].rows = RowSet(std::move(rows));
    }
    return sets;
  }

 private:
  const Library& library_;
  std::size_t effort_;
};

}  // namespace

std::unique_ptr<CandidateSource> library_candidates(const Library& library,
                                                    const CandidateChoice& choice,
                                                    std::size_t threads) {
  switch (choice.mode) {
    case CandidateMode::formula:
      return std::make_unique<FormulaCandidates>(library, choice, threads);
    case CandidateMode::open:
      return std::make_unique<OpenCandidates>(library, choice);
    case CandidateMode::mass_window:
    case CandidateMode::pools:
      break;
  }
  return std::make_unique<MassWindowCandidates>(library, choice, threads);
}

}  // namespace specbridge
