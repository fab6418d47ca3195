#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/parallel.h"
#include "base/text.h"
#include "chem/formula.h"
#include "ms/ions/ion_of_spectrum.h"
#include "search/candidate_source.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

// An open search asks FAISS for more than it needs, since hits are re-scored exactly and collapsed.
constexpr std::size_t kOpenFactor = 10, kOpenMinimum = 200;

class LibrarySource : public CandidateSource {
 public:
  LibrarySource(const Library& library, const RunContext& context)
      : library_(library), context_(context) {}

  std::vector<RankedList> rank(const std::vector<Query>& queries, const Matrix& vectors,
                               std::size_t k) override {
    prepare(queries, vectors, k);
    std::vector<RankedList> lists(queries.size());
    parallel_for(queries.size(), context_.threads, [&](std::size_t i) {
      lists[i] = queries[i].refusal
                     ? unanswered(queries[i].refusal->status, queries[i].refusal->message)
                     : rank_one(queries[i], i, vectors.row(i), k);
    });
    return lists;
  }

  CandidateText describe(std::size_t row) const override {
    const auto entry = library_.entry(row);
    return {entry.id, entry.smiles, entry.inchikey14, entry.formula, entry.exact_mass};
  }

 protected:
  virtual void prepare(const std::vector<Query>&, const Matrix&, std::size_t) {}
  virtual RankedList rank_one(const Query& query, std::size_t place, std::span<const float> vector,
                              std::size_t k) const = 0;

  RankedList rank_ranges(std::span<const float> vector, std::span<const RowRange> ranges,
                         std::size_t k) const {
    std::vector<ScoredMember> members;
    for (const RowRange& range : ranges) {
      const auto scores = library_.scores(vector, range);
      for (std::size_t i = 0; i < scores.size(); ++i) {
        members.push_back(member(range.first + i, scores[i]));
      }
    }
    return collapse(std::move(members), k);
  }

  RankedList rank_rows(std::span<const float> vector, std::span<const std::size_t> rows,
                       std::size_t k) const {
    std::vector<ScoredMember> members;
    members.reserve(rows.size());
    for (const std::size_t row : rows)
      members.push_back(member(row, dot(vector, library_.vector(row))));
    return collapse(std::move(members), k);
  }

  const Library& library_;
  const RunContext& context_;

 private:
  ScoredMember member(std::size_t row, float score) const {
    const auto entry = library_.entry(row);
    return {row, score, entry.inchikey14, entry.smiles};
  }
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

class MassWindowSource : public LibrarySource {
 public:
  MassWindowSource(const Library& library, const SearchConfig& config, const RunContext& context)
      : LibrarySource(library, context), tolerance_(config.tolerance), adducts_(config.adducts) {}

 private:
  RankedList rank_one(const Query& query, std::size_t, std::span<const float> vector,
                      std::size_t k) const override {
    const auto possible = possible_adducts(query.spectrum, adducts_);
    if (possible.adducts.empty()) return unanswered("unknown_adduct", why_unknown(query.spectrum));
    std::vector<RowRange> ranges;
    for (const auto& adduct : possible.adducts) {
      const auto window = mass_window(adduct, *query.spectrum.precursor_mz, tolerance_);
      ranges.push_back(library_.within(window.low, window.high));
    }
    ranges = united(std::move(ranges));
    if (ranges.empty()) return unanswered("empty_window", why_empty(query.spectrum, possible));
    RankedList list = rank_ranges(vector, ranges, k);
    if (possible.assumed) {
      list.assumed = possible.adducts;
      list.message = fmt::format("{}; candidates of {}", missing_adduct(query.spectrum),
                                 names_of(possible.adducts));
    }
    return list;
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

  std::string why_empty(const Spectrum& spectrum, const PossibleAdducts& possible) const {
    if (possible.adducts.size() > 1) {
      return fmt::format("the library has no molecule in the mass windows of {}",
                         names_of(possible.adducts));
    }
    const Adduct& adduct = possible.adducts.front();
    const auto window = mass_window(adduct, *spectrum.precursor_mz, tolerance_);
    return fmt::format("the library has no molecule of {:.4f} to {:.4f} Da ({})", window.low,
                       window.high, adduct.name);
  }

  Tolerance tolerance_;
  std::vector<Adduct> adducts_;
};

class FormulaSource : public LibrarySource {
 public:
  FormulaSource(const Library& library, const SearchConfig& config, const RunContext& context)
      : LibrarySource(library, context), formula_(config.formula) {}

 private:
  RankedList rank_one(const Query& query, std::size_t, std::span<const float> vector,
                      std::size_t k) const override {
    const std::string& stated = formula_.empty() ? query.spectrum.formula : formula_;
    if (stated.empty()) return unanswered("no_formula", "the record states no FORMULA");
    const auto formula = hill_formula(stated);
    if (!formula) {
      return unanswered("no_formula", fmt::format("\"{}\" is no molecular formula", stated));
    }
    const auto rows = library_.with_formula(*formula);
    if (rows.empty()) {
      return unanswered("empty_window", fmt::format("the library has no molecule {}", *formula));
    }
    return rank_rows(vector, rows, k);
  }

  std::string formula_;
};

class OpenSource : public LibrarySource {
 public:
  OpenSource(const Library& library, const SearchConfig& config, const RunContext& context)
      : LibrarySource(library, context), effort_(config.effort) {}

 private:
  void prepare(const std::vector<Query>&, const Matrix& vectors, std::size_t k) override {
    const std::size_t wanted = k == 0 ? library_.rows() : std::max(kOpenMinimum, kOpenFactor * k);
    found_ = library_.nearest(vectors.view(), wanted, effort_);
  }

  RankedList rank_one(const Query&, std::size_t place, std::span<const float> vector,
                      std::size_t k) const override {
    std::vector<std::size_t> rows;
    for (const auto& neighbor : found_[place]) rows.push_back(neighbor.row);
    return rank_rows(vector, rows, k);
  }

  std::size_t effort_;
  std::vector<std::vector<Neighbor>> found_;
};

}  // namespace

std::unique_ptr<CandidateSource> library_source(const Library& library, const SearchConfig& config,
                                                const RunContext& context) {
  switch (config.mode) {
    case CandidateMode::formula:
      return std::make_unique<FormulaSource>(library, config, context);
    case CandidateMode::open:
      return std::make_unique<OpenSource>(library, config, context);
    case CandidateMode::mass_window:
    case CandidateMode::pools:
      break;
  }
  return std::make_unique<MassWindowSource>(library, config, context);
}

}  // namespace specbridge
