#include "search/generation/written_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "chem/formulas/formula.h"
#include "decode/formula_rule.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

/// What was written for one query.
struct WrittenForQuery {
  std::vector<Molecule> fitting;  ///< the likeliest first
  std::size_t written = 0, invalid = 0, unfitting = 0;

  std::string message() const {
    return fmt::format(
        "not from the library, which has no such molecule: written by the model's decoder "
        "({} written, {} of them no molecules, {} of another mass)",
        counted(written, "text"), invalid, unfitting);
  }
};

bool fits(const Query& query, const CandidateChoice& choice, const Molecule& molecule) {
  if (choice.mode == CandidateMode::formula) return true;  // the rule saw to it
  return std::ranges::any_of(query.ion.possible, [&](const Ion& ion) {
    const MassWindow window = mass_window(ion.adduct, ion.mz, choice.tolerance);
    return window.low <= molecule.exact_mass() && molecule.exact_mass() <= window.high;
  });
}

WrittenForQuery write_for(const Generator& generator, const WritingRules& rules, const Query& query,
                          const ToldQuery& told) {
  std::optional<FormulaRule> formula;
  if (rules.choice->mode == CandidateMode::formula) {
    const std::string& stated =
        rules.choice->formula.empty() ? query.spectrum.formula : rules.choice->formula;
    formula.emplace(generator.vocabulary(), hill_formula(stated).value());
  }
  const std::size_t beams = std::max(generator.asked().beams, rules.most);
  Generated generated = generator.write(generator.told(told), beams, formula ? &*formula : nullptr);
  WrittenForQuery found{{}, generated.written, generated.invalid, 0};
  for (auto& one : generated.molecules) {
    if (!fits(query, *rules.choice, one.molecule)) {
      ++found.unfitting;
    } else if (found.fitting.size() < rules.most) {
      found.fitting.push_back(std::move(one.molecule));
    }
  }
  return found;
}

std::vector<WrittenForQuery> write_all(const Generator& generator, const WritingRules& rules,
                                       std::span<const Query> queries, const ShownQueries& shown,
                                       std::span<const std::size_t> wanted,
                                       const RunContext& context) {
  std::vector<WrittenForQuery> all(wanted.size());
  parallel_for(wanted.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    const std::size_t query = wanted[i];
    all[i] = write_for(generator, rules, queries[query],
                       {shown.vectors.row(query), &shown.inputs[query]});
  });
  return all;
}

CandidatePools pools_of(std::span<const WrittenForQuery> written) {
  std::vector<Molecule> molecules;
  for (const auto& one : written) {
    molecules.insert(molecules.end(), one.fitting.begin(), one.fitting.end());
  }
  std::ranges::sort(molecules, {}, &Molecule::smiles);
  const auto same = [](const Molecule& a, const Molecule& b) { return a.smiles() == b.smiles(); };
  molecules.erase(std::unique(molecules.begin(), molecules.end(), same), molecules.end());
  return CandidatePools::all_against_all(std::move(molecules));
}

std::vector<CandidateSet> sets_of(std::span<const WrittenForQuery> written,
                                  const CandidatePools& pools, std::span<const Query> queries,
                                  std::span<const std::size_t> wanted) {
  std::vector<CandidateSet> sets(queries.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    RowSet::Rows rows;
    for (const Molecule& molecule : written[i].fitting) {
      const auto place =
          std::ranges::lower_bound(pools.molecules(), molecule.smiles(), {}, &Molecule::smiles);
      rows.push_back(static_cast<std::size_t>(place - pools.molecules().begin()));
    }
    if (rows.empty()) continue;
    std::ranges::sort(rows);
    CandidateSet& set = sets[wanted[i]];
    set.message = written[i].message();
    set.rows = RowSet(std::move(rows));
    set.origin = CandidateOrigin::written;
    const auto& possible = queries[wanted[i]].ion.possible;
    if (possible.size() > 1) set.assumed = possible;
  }
  return sets;
}

}  // namespace

std::shared_ptr<const WrittenCandidates> WrittenCandidates::of(
    const Generator& generator, const WritingRules& rules, std::span<const Query> queries,
    const ShownQueries& shown, std::span<const std::size_t> wanted, const RunContext& context) {
  const auto written = write_all(generator, rules, queries, shown, wanted, context);
  auto pools = std::make_unique<const CandidatePools>(pools_of(written));
  auto sets = sets_of(written, *pools, queries, wanted);
  return std::make_shared<const WrittenCandidates>(std::move(pools), *generator.encoder(),
                                                   std::move(sets));
}

}  // namespace specbridge
