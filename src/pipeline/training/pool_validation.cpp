#include "pipeline/training/pool_validation.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "eval/metrics.h"
#include "eval/scoring.h"
#include "pools/pool_claims.h"
#include "search/evidence/evidence.h"
#include "search/pool_store.h"
#include "search/score_queries.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

class PoolValidation final : public Validation {
 public:
  PoolValidation(LabelledSpectra labelled, const std::optional<fs::path>& pools,
                 const MoleculeEncoder& encoder, const RunContext& context)
      : labelled_(std::move(labelled)),
        context_(context),
        pools_(pools ? CandidatePools::load(*pools, context)
                     : CandidatePools::all_against_all(labelled_.molecules)),
        molecules_(pools_),
        vectors_(pools_, encoder, nullptr),
        evidence_(make_evidence(evidence_ranked_by(RankBy::cosine, OtherEvidence::leave_out))) {
    for (std::size_t i = 0; i < labelled_.examples.size(); ++i) {
      const Molecule& molecule = labelled_.molecules[labelled_.examples[i].molecule];
      truths_.push_back({labelled_.names[i], molecule});
      pool_of_.push_back(pool_of(truths_.back(), pools_));
      CandidateSet& set = candidates_.emplace_back();
      if (pool_of_.back() != nullptr) set.rows = RowSet::referring_to(*pool_of_.back());
    }
    if (pools) warn_of_unclaimed(*pools);
  }

  std::size_t spectra() const override { return labelled_.examples.size(); }

  std::vector<PeakRows> inputs() const override {
    std::vector<PeakRows> inputs;
    for (const auto& example : labelled_.examples) inputs.push_back(example.input);
    return inputs;
  }

  /// Spectra whose pool holds their truth.
  std::size_t answerable() const override {
    std::size_t inside = 0;
    for (std::size_t i = 0; i < truths_.size(); ++i) {
      if (pool_of_[i] == nullptr) continue;
      inside += std::ranges::any_of(*pool_of_[i], [&](std::size_t row) {
        return pools_.molecules()[row].inchikey14() == truths_[i].molecule->inchikey14();
      });
    }
    return inside;
  }

  ValidationFigures figures(const Matrix& vectors) override {
    vectors_.keep_all(context_);
    std::vector<QueryResult> results;
    for (std::size_t i = 0; i < truths_.size(); ++i) {
      results.push_back(score_pool(truths_[i], pools_.molecules(), nullptr, {}));
    }
    const ShownQueries shown{vectors};
    score_queries({vectors_, molecules_, evidence_}, {}, candidates_, std::span(&shown, 1),
                  context_, [&](std::size_t, std::size_t query, const QueryScores& scores) {
                    results[query] = score_pool(truths_[query], pools_.molecules(), pool_of_[query],
                                                scores.fused);
                  });
    const Metrics metrics = measure(results);
    return {*metrics.recall.at(1), *metrics.recall.at(5), *metrics.recall.at(20), metrics.mrr};
  }

 private:
  void warn_of_unclaimed(const fs::path& path) const {
    PoolClaims claims(pools_);
    for (const auto* names : {&labelled_.names, &labelled_.skipped_names}) {
      for (const auto& name : *names) claims.count(name);
    }
    claims.warn(path, context_);
  }

  LabelledSpectra labelled_;
  const RunContext& context_;
  CandidatePools pools_;
  PoolMolecules molecules_;
  EncodedPools vectors_;
  std::vector<Evidence> evidence_;
  std::vector<TruthRecord> truths_;
  std::vector<const std::vector<std::size_t>*> pool_of_;
  std::vector<CandidateSet> candidates_;
};

}  // namespace

std::unique_ptr<Validation> make_pool_validation(LabelledSpectra labelled,
                                                 const std::optional<fs::path>& pools,
                                                 const MoleculeEncoder& encoder,
                                                 const RunContext& context) {
  return std::make_unique<PoolValidation>(std::move(labelled), pools, encoder, context);
}

}  // namespace specbridge
