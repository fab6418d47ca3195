#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "pipeline/candidate_source.h"
#include "specbridge/base/parallel.h"
#include "specbridge/chem/formula.h"
#include "specbridge/ms/tolerance.h"

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

  RankedList rank_range(std::span<const float> vector, RowRange range, std::size_t k) const {
    const auto scores = library_.scores(vector, range);
    std::vector<ScoredMember> members;
    members.reserve(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
      members.push_back(member(range.first + i, scores[i]));
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

class MassWindowSource : public LibrarySource {
 public:
  MassWindowSource(const Library& library, const SearchConfig& config, const RunContext& context)
      : LibrarySource(library, context), tolerance_(config.tolerance) {}

 private:
  RankedList rank_one(const Query& query, std::size_t, std::span<const float> vector,
                      std::size_t k) const override {
    const auto adduct = adduct_of(query.spectrum);
    if (!adduct) {
      return unanswered("unknown_adduct",
                        query.spectrum.adduct.empty()
                            ? "the record states neither adduct nor charge; add ADDUCT or CHARGE"
                            : fmt::format("adduct \"{}\" cannot be read", query.spectrum.adduct));
    }
    const auto window = mass_window(*adduct, *query.spectrum.precursor_mz, tolerance_);
    const RowRange range = library_.within(window.low, window.high);
    if (range.size() == 0) {
      return unanswered("empty_window",
                        fmt::format("the library has no molecule of {:.4f} to {:.4f} Da ({})",
                                    window.low, window.high, adduct->name));
    }
    return rank_range(vector, range, k);
  }

  Tolerance tolerance_;
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
