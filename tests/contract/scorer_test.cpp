// What every Scorer keeps to.
#include "search/evidence/scorer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "search/controls.h"
#include "search/evidence/evidence.h"
#include "search/evidence/generated_scorer.h"
#include "search/generation/generator.h"
#include "search/ranker.h"
#include "search/shown_queries.h"
#include "small_world.h"

namespace specbridge {
namespace {

/// Scores to be compared: what is missing is one value, and not different from itself.
std::vector<float> comparable(std::vector<float> scores) {
  for (float& score : scores) score = std::isnan(score) ? -1e30F : score;
  return scores;
}

/// The decoder of the decoder's own tests; nullptr where there was no Python to make it.
std::shared_ptr<const Generator> tiny_generator() {
  const std::filesystem::path dir = SPECBRIDGE_TINY_DECODER;
  if (dir.empty()) return nullptr;
  constexpr std::size_t kCandidates = 4, kBeams = 3;
  return std::make_shared<const Generator>(
      Decoder::load(dir, test::on_cpu()), kCandidates, GenerationSources{kBeams},
      load_molecule_encoder(test::small_world().model / "molecule-encoder", test::on_cpu()));
}

/// All that kinds of evidence are made of.
EvidenceSources all_sources() {
  EvidenceSources sources{std::make_shared<const FragmentModel>()};
  ReferenceSources asked{test::small_world().spectral_library};
  asked.analogues = Analogues::show;
  sources.references = std::make_shared<const ReferenceSpectra>(
      std::make_shared<const SpectralLibrary>(SpectralLibrary::open(asked.library)), asked,
      Tolerance());
  sources.generator = tiny_generator();
  return sources;
}

class ScorerContract : public testing::TestWithParam<EvidenceRow> {
 protected:
  void SetUp() override {
    if (scorer_ == nullptr) GTEST_SKIP() << "the exporter's Python environment is missing";
  }
  /// Scores of some queries of the small world, in one block.
  std::vector<std::vector<float>> scores(const std::vector<std::size_t>& places,
                                         std::size_t threads = 1) const {
    ScoringBlock block;
    const auto peaks = shown_peaks(queries_);
    const auto spectra = shown_spectra(queries_);
    block.rows = &searcher_.parts().vectors();
    block.molecules = &searcher_.parts().molecules();
    for (const std::size_t place : places) {
      block.queries.push_back(&queries_[place]);
      block.sets.push_back(&sets_[place]);
      block.vectors.push_back(vectors_.row(place));
      block.peaks.emplace_back(peaks[place]);
      block.spectra.emplace_back(spectra[place]);
      block.inputs.push_back(&inputs_[place]);
    }
    ScoreColumn column(block);
    scorer_->score(block, column, test::on_cpu(threads));
    std::vector<std::vector<float>> found;
    for (std::size_t i = 0; i < places.size(); ++i) {
      found.push_back(comparable({column.of(i).begin(), column.of(i).end()}));
    }
    return found;
  }

  const Searcher searcher_ = test::searcher_of(CandidateMode::formula);
  const std::vector<Query> queries_ = test::queries_of(searcher_);
  const Matrix vectors_ = test::vectors_of(searcher_, queries_);
  const std::vector<PeakRows> inputs_ =
      encoder_inputs(*searcher_.parts().model, queries_, [](const PeakRows& rows) { return rows; });
  const std::vector<CandidateSet> sets_ =
      searcher_.parts().source->candidates({queries_, vectors_.view()}, 0);
  const std::unique_ptr<Scorer> scorer_ = GetParam().make(all_sources());
};

TEST_P(ScorerContract, HasANameAndAUnit) {
  EXPECT_NE(scorer_->kind().name, "");
  EXPECT_EQ(scorer_->kind().name.find_first_of(" \t.,"), std::string::npos);
  EXPECT_NE(scorer_->kind().unit, "");
}

TEST_P(ScorerContract, SaysSomethingOfMostCandidatesUnlessItIsRare) {
  if (scorer_->kind().name == kGeneratedEvidence) {
    GTEST_SKIP()
        << "the decoder has learned nothing; tests/cli/test_generation.py has one that has";
  }
  std::size_t all = 0, known = 0;
  for (const auto& query : scores({0, 1, 2, 3, 4, 5})) {
    for (const float score : query) {
      ++all;
      known += score > -1e30F ? 1 : 0;
    }
  }
  EXPECT_GT(is_rare(scorer_->kind().name) ? all * known : 2 * known, all);
}

TEST_P(ScorerContract, AScoreIsTheSameInAnyCompanyAndOnAnyThreads) {
  const auto together = scores({0, 1, 2, 3, 4}), backwards = scores({4, 3, 2, 1, 0}, 2);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(scores({i}).front(), together[i]);
    EXPECT_EQ(backwards[4 - i], together[i]);
  }
}

TEST_P(ScorerContract, ABlockOfNothingIsScored) {
  EXPECT_TRUE(scores({}).empty());
}

INSTANTIATE_TEST_SUITE_P(BuiltIn, ScorerContract,
                         testing::ValuesIn(evidence_ranked_by(RankBy::cosine,
                                                              OtherEvidence::show)));

}  // namespace
}  // namespace specbridge
