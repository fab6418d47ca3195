#include "search/library_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "chem/formulas/formula.h"
#include "search/nearest_exactly.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/status.h"

namespace specbridge {
namespace {

// An open search takes more than it shows: other evidence may rank them in another order.
constexpr std::size_t kOpenFactor = 10, kOpenMinimum = 200;

/// Ranges that overlap become one, so that no row is ranked twice.
std::vector<RowRange> united(std::vector<RowRange> ranges) {
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

class MassWindowCandidates final : public CandidateSource {
 public:
  MassWindowCandidates(const MoleculeLibrary& library, const CandidateChoice& choice)
      : library_(library), tolerance_(choice.tolerance), adducts_(choice.adducts) {}

  std::vector<CandidateSet> candidates(const EmbeddedQueries& queries,
                                       std::size_t /*k*/) const override {
    std::vector<MassWindow> windows;  // of all queries: where they are asked of a server, at once
    for (const Query& query : queries.queries) {
      if (query.refusal) continue;
      for (const auto& ion : query.ion.possible) {
        windows.push_back(mass_window(ion.adduct, ion.mz, tolerance_));
      }
    }
    const auto rows = library_.within_each(windows);
    auto next = rows.begin();
    std::vector<CandidateSet> sets;
    for (const Query& query : queries.queries) {
      if (query.refusal) {
        sets.push_back({query.refusal->status, query.refusal->message});
        continue;
      }
      std::vector<RowRange> ranges;
      for (std::size_t i = 0; i < query.ion.possible.size(); ++i, ++next) {
        ranges.insert(ranges.end(), next->begin(), next->end());
      }
      sets.push_back(choose(query, united(std::move(ranges))));
    }
    return sets;
  }

 private:
  CandidateSet choose(const Query& query, std::vector<RowRange> ranges) const {
    const auto& possible = query.ion.possible;
    if (possible.empty()) return {Status::unknown_adduct, why_unknown(query.spectrum)};
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

  const MoleculeLibrary& library_;
  Tolerance tolerance_;
  std::vector<Adduct> adducts_;
};

class FormulaCandidates final : public CandidateSource {
 public:
  FormulaCandidates(const MoleculeLibrary& library, const CandidateChoice& choice,
                    std::size_t threads)
      : library_(library), formula_(choice.formula), threads_(threads) {}

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

 private:
  CandidateSet choose(const Query& query) const {
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

  const MoleculeLibrary& library_;
  std::string formula_;
  std::size_t threads_;
};

class OpenCandidates final : public CandidateSource {
 public:
  OpenCandidates(const MoleculeLibrary& library, const CandidateChoice& choice, std::size_t threads)
      : library_(library), effort_(choice.effort), open_(choice.open) {
    context_.threads = threads;
  }

  std::vector<CandidateSet> candidates(const EmbeddedQueries& queries,
                                       std::size_t k) const override {
    const std::size_t wanted = k == 0 ? library_.rows() : std::max(kOpenMinimum, kOpenFactor * k);
    const auto found = open_ == OpenSearch::exact
                           ? nearest_exactly(library_, queries.vectors, wanted, context_)
                           : library_.nearest(queries.vectors, wanted, {effort_, context_.threads});
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
  const MoleculeLibrary& library_;
  std::size_t effort_;
  OpenSearch open_;
  RunContext context_;
};

}  // namespace

std::unique_ptr<CandidateSource> library_candidates(const MoleculeLibrary& library,
                                                    const CandidateChoice& choice,
                                                    std::size_t threads) {
  switch (choice.mode) {
    case CandidateMode::formula:
      return std::make_unique<FormulaCandidates>(library, choice, threads);
    case CandidateMode::open:
      return std::make_unique<OpenCandidates>(library, choice, threads);
    case CandidateMode::mass_window:
    case CandidateMode::pools:
      break;
  }
  return std::make_unique<MassWindowCandidates>(library, choice);
}

}  // namespace specbridge
