#include "search/generation/written_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/parallel.h"
#include "base/text.h"
#include "chem/formulas/formula.h"
#include "decode/formula_rule.h"
#include "decode/mass_rule.h"
#include "specbridge/tolerance.h"

namespace specbridge {
namespace {

/// What was written for one query.
struct WrittenForQuery {
  std::vector<Molecule> fitting;  ///< the likeliest first
  WritingOfQuery writing;
};

/// Whether a structure was looked up for a query.
bool is_among(const StructureKey& structure, const CandidateSet& set,
              const MoleculeStore& molecules) {
  bool found = false;
  set.rows.for_each(
      [&](std::size_t row) { found = found || molecules.structure(row) == structure; });
  return found;
}

/// What a query's molecule may be: of a formula, or of the masses that its ion may have; nothing
/// where neither is known.
std::unique_ptr<const SequenceRule> rule_of(const Generator& generator,
                                            const CandidateChoice& choice, const Query& query) {
  if (choice.mode == CandidateMode::formula) {
    const std::string& stated = choice.formula.empty() ? query.spectrum.formula : choice.formula;
    return std::make_unique<FormulaRule>(generator.vocabulary(), hill_formula(stated).value());
  }
  std::vector<MassWindow> windows;
  for (const Ion& ion : query.ion.possible) {
    windows.push_back(mass_window(ion.adduct, ion.mz, choice.tolerance));
  }
  if (windows.empty()) return nullptr;
  return std::make_unique<MassRule>(generator.vocabulary(), std::move(windows));
}

WrittenForQuery write_for(const Generator& generator, const WritingRules& rules,
                          const WritingQueries& all, std::size_t number) {
  const Query& query = all.queries[number];
  const auto rule = rule_of(generator, *rules.choice, query);
  if (rule == nullptr) return {};
  const std::size_t beams = std::max(generator.asked().beams, rules.most);
  const DecoderInput told =
      generator.told({all.shown.vectors.row(number), &all.shown.inputs[number]});
  WrittenMolecules written = generator.write(told, beams, rule.get());
  WrittenForQuery found{{}, {{}, written.texts, written.invalid}};
  for (auto& one : written.molecules) {
    const StructureKey structure(one.molecule.inchikey14());
    if (is_among(structure, all.looked_up[number], all.molecules)) {
      ++found.writing.known;
    } else if (found.fitting.size() < rules.most) {
      found.fitting.push_back(std::move(one.molecule));
    }
  }
  return found;
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

/// What was written, with its rows in the pools.
std::vector<WritingOfQuery> writings_of(std::vector<WrittenForQuery> written,
                                        const CandidatePools& pools) {
  std::vector<WritingOfQuery> writings;
  for (WrittenForQuery& one : written) {
    for (const Molecule& molecule : one.fitting) {
      const auto place =
          std::ranges::lower_bound(pools.molecules(), molecule.smiles(), {}, &Molecule::smiles);
      one.writing.rows.push_back(static_cast<std::size_t>(place - pools.molecules().begin()));
    }
    std::ranges::sort(one.writing.rows);
    writings.push_back(std::move(one.writing));
  }
  return writings;
}

}  // namespace

std::string WritingOfQuery::counts() const {
  std::string text =
      fmt::format("{} written, {} of them no molecules that fit", counted(texts, "text"), invalid);
  return known == 0 ? text : text + fmt::format(", {} among the looked up", known);
}

std::shared_ptr<const WrittenCandidates> WrittenCandidates::of(const Generator& generator,
                                                               const WritingRules& rules,
                                                               const WritingQueries& queries,
                                                               std::span<const std::size_t> wanted,
                                                               const RunContext& context) {
  std::vector<WrittenForQuery> written(wanted.size());
  parallel_for(wanted.size(), context.threads, [&](std::size_t i) {
    context.check_interrupt();
    written[i] = write_for(generator, rules, queries, wanted[i]);
  });
  auto pools = std::make_unique<const CandidatePools>(pools_of(written));
  auto writings = writings_of(std::move(written), *pools);
  return std::make_shared<const WrittenCandidates>(std::move(pools), *generator.encoder(),
                                                   std::move(writings), context);
}

}  // namespace specbridge
