#include "search/evidence/generated_scorer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "library/spectra/spectral_library.h"
#include "search/evidence/candidate_pairs.h"
#include "search/generation/generator.h"

namespace specbridge {
namespace {

bool can_be_told(const ScoringBlock& block, std::size_t query) {
  return block.queries[query] != nullptr && !block.inputs.empty();
}

DecoderInput told(const Generator& generator, const ScoringBlock& block, std::size_t query) {
  const CandidateSet& set = *block.sets[query];
  const auto untold = block.untold.empty() ? std::nullopt : block.untold[query];
  return generator.told({block.vectors[query], block.inputs[query], &set.rows, block.rows,
                         block.molecules, untold, set.first_written});
}

class GeneratedScorer final : public Scorer {
 public:
  explicit GeneratedScorer(std::shared_ptr<const Generator> generator)
      : generator_(std::move(generator)) {}
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    std::vector<WrittenMolecules> written(block.size());
    parallel_for(block.size(), context.threads, [&](std::size_t query) {
      context.check_interrupt();
      if (!can_be_told(block, query)) return;
      const DecoderInput input = told(*generator_, block, query);
      written[query] = generator_->write(input, generator_->asked().beams);
    });
    if (generator_->asked().by == GeneratedSimilarity::embedding) {
      score_by_vectors(block, written, column, context);
    } else {
      score_by_fingerprints(block, written, column, context);
    }
  }

 private:
  void score_by_vectors(const ScoringBlock& block, std::span<const WrittenMolecules> written,
                        ScoreColumn& column, const RunContext& context) const;
  static void score_by_fingerprints(const ScoringBlock& block,
                                    std::span<const WrittenMolecules> written, ScoreColumn& column,
                                    const RunContext& context);

  EvidenceKind kind_{kGeneratedEvidence, Direction::higher_is_better, "1"};
  std::shared_ptr<const Generator> generator_;
};

/// Of all candidates: their vectors are at hand. Molecules that have none do not count.
void GeneratedScorer::score_by_vectors(const ScoringBlock& block,
                                       std::span<const WrittenMolecules> written,
                                       ScoreColumn& column, const RunContext& context) const {
  std::vector<Molecule> all;
  std::vector<std::size_t> first;
  for (const WrittenMolecules& one : written) {
    first.push_back(all.size());
    for (const auto& generated : one.molecules) all.push_back(generated.molecule);
  }
  const Matrix vectors = generator_->encoder()->encode(all);
  parallel_for(block.size(), context.threads, [&](std::size_t query) {
    context.check_interrupt();
    const auto shares = shares_of(written[query].molecules);
    const std::span<float> sums = column.of(query);
    std::vector<float> cosines(sums.size());
    bool any = false;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const auto vector = vectors.row(first[query] + i);
      if (std::ranges::all_of(vector, [](float value) { return value == 0; })) continue;
      if (!std::exchange(any, true)) std::ranges::fill(sums, 0.0F);
      block.rows->scores(vector, block.sets[query]->rows, cosines);
      for (std::size_t c = 0; c < sums.size(); ++c) {
        sums[c] += static_cast<float>(shares[i]) * cosines[c];
      }
    }
  });
}

/// Of chosen candidates: their fingerprints are worked out.
void GeneratedScorer::score_by_fingerprints(const ScoringBlock& block,
                                            std::span<const WrittenMolecules> written,
                                            ScoreColumn& column, const RunContext& context) {
  std::vector<std::vector<decltype(fingerprint_words(""))>> bits(block.size());
  std::vector<std::vector<double>> shares(block.size());
  parallel_for(block.size(), context.threads, [&](std::size_t query) {
    shares[query] = shares_of(written[query].molecules);
    for (const auto& generated : written[query].molecules) {
      bits[query].push_back(fingerprint_words(generated.molecule.smiles()));
    }
  });
  for_each_molecule(block, context, [&](std::span<const CandidatePair> pairs) {
    const auto own = fingerprint_words(block.molecules->text(pairs.front().row).smiles);
    for (const CandidatePair& pair : pairs) {
      if (bits[pair.query].empty()) continue;
      double sum = 0;
      for (std::size_t i = 0; i < bits[pair.query].size(); ++i) {
        sum += shares[pair.query][i] * tanimoto(own, bits[pair.query][i]);
      }
      column.of(pair.query)[pair.place] = static_cast<float>(sum);
    }
  });
}

class LikelihoodScorer final : public Scorer {
 public:
  explicit LikelihoodScorer(std::shared_ptr<const Generator> generator)
      : generator_(std::move(generator)) {}
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock& block, ScoreColumn& column,
             const RunContext& context) const override {
    parallel_for(block.size(), context.threads, [&](std::size_t query) {
      context.check_interrupt();
      if (!can_be_told(block, query)) return;
      std::vector<std::string> texts;
      std::vector<std::size_t> places;
      block.for_each_chosen(query, [&](std::size_t place, std::size_t row) {
        texts.emplace_back(block.molecules->text(row).smiles);
        places.push_back(place);
      });
      const auto found = generator_->likelihoods(told(*generator_, block, query), texts);
      for (std::size_t i = 0; i < places.size(); ++i) column.of(query)[places[i]] = found[i];
    });
  }

 private:
  EvidenceKind kind_{kLikelihoodEvidence, Direction::higher_is_better, "nats per word"};
  std::shared_ptr<const Generator> generator_;
};

}  // namespace

std::unique_ptr<Scorer> make_generated_scorer(const EvidenceSources& sources) {
  if (sources.generator == nullptr) return nullptr;
  return std::make_unique<GeneratedScorer>(sources.generator);
}

std::unique_ptr<Scorer> make_likelihood_scorer(const EvidenceSources& sources) {
  if (sources.generator == nullptr) return nullptr;
  return std::make_unique<LikelihoodScorer>(sources.generator);
}

}  // namespace specbridge
