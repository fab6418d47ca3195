#include "search/score_queries.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "library/library.h"
#include "search/pool_store.h"
#include "support/support.h"
#include "unit/library/small_library.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

using test::MadeUpEncoder;
using test::TemporaryFolder;
using Pool = std::vector<std::size_t>;
using Scores = std::map<std::pair<std::size_t, std::size_t>, std::vector<float>>;

constexpr std::size_t kDim = 8;

/// Ethers and alcohols of all chain lengths: `count` different molecules.
std::vector<std::string> many_smiles(std::size_t count) {
  std::vector<std::string> smiles;
  for (std::size_t left = 1; smiles.size() < count; ++left) {
    for (std::size_t right = 0; right <= left && smiles.size() < count; ++right) {
      smiles.push_back(std::string(left, 'C') + "O" + std::string(right, 'C'));
    }
  }
  return smiles;
}

/// Pools whose candidates overlap, more of them than fit one block; methane is in each.
class ScoreQueries : public ::testing::Test {
 protected:
  static constexpr std::size_t kPools = 40, kPoolSize = 500;

  ScoreQueries() {
    const auto smiles = many_smiles(600);
    Json json = Json::object();
    for (std::size_t p = 0; p < kPools; ++p) {
      std::vector<std::string> pool = {"C"};
      for (std::size_t i = 0; i < kPoolSize; ++i) pool.push_back(smiles[(p * 13 + i) % 600]);
      json[smiles[p]] = pool;
    }
    pools_.emplace(CandidatePools::load(folder_.write("pools.json", json.dump()), {}));
    for (std::size_t q = 0; q < 2 * kPools; ++q) {  // every pool is asked for twice
      const auto truth = std::get<Molecule>(standardize(smiles[q % kPools]));
      pool_of_.push_back(pools_->find({"", q}, &truth));
    }
    pool_of_[7] = nullptr;
    for (std::size_t run = 0; run < 2; ++run) {
      Random random(run + 1);
      Matrix vectors(pool_of_.size(), kDim);
      for (float& value : vectors.values()) value = static_cast<float>(random.normal());
      runs_.push_back({std::move(vectors)});
    }
  }

  Scores scored(const EncodedPools& vectors, std::size_t threads = 1) const {
    std::vector<CandidateSet> sets(pool_of_.size());
    for (std::size_t query = 0; query < sets.size(); ++query) {
      if (pool_of_[query] != nullptr) sets[query].rows = RowSet::referring_to(*pool_of_[query]);
    }
    const PoolMolecules molecules(*pools_);
    const auto evidence = make_evidence(evidence_ranked_by(RankBy::cosine, OtherEvidence::show));
    Scores scores;
    std::mutex mutex;
    RunContext context;
    context.threads = threads;
    score_queries(
        {vectors, molecules, evidence}, {}, sets, runs_, context,
        [&](std::size_t run, std::size_t query, const QueryScores& found) {
          const std::lock_guard lock(mutex);
          const bool fresh =
              scores.try_emplace({run, query}, found.fused.begin(), found.fused.end()).second;
          EXPECT_TRUE(fresh) << "consumed twice";
        });
    return scores;
  }

  Scores expected() const {
    const Matrix vectors = MadeUpEncoder(kDim).encode(pools_->molecules());
    Scores scores;
    for (std::size_t run = 0; run < runs_.size(); ++run) {
      for (std::size_t query = 0; query < pool_of_.size(); ++query) {
        if (pool_of_[query] == nullptr) continue;
        auto& list = scores[{run, query}];
        for (const std::size_t row : *pool_of_[query]) {
          const bool methane = pools_->molecules()[row].smiles() == "C";
          list.push_back(methane ? -2 : dot(runs_[run].vectors.row(query), vectors.row(row)));
        }
      }
    }
    return scores;
  }

  TemporaryFolder folder_;
  std::optional<CandidatePools> pools_;
  std::vector<const Pool*> pool_of_;
  std::vector<ShownQueries> runs_;
};

TEST_F(ScoreQueries, GivesTheInnerProductsInThePoolsOrder) {
  ASSERT_EQ(pool_of_[0]->size(), kPoolSize + 1);
  const MadeUpEncoder encoder(kDim);
  const EncodedPools vectors(*pools_, encoder, nullptr);
  EXPECT_EQ(scored(vectors), expected());
}

TEST_F(ScoreQueries, EncodesCandidatesOnceABlockForAllQueriesAndRuns) {
  constexpr std::size_t kBlocks = 2;  // 40 pools of 501 candidates, 16,384 a block
  const MadeUpEncoder encoder(kDim);
  const EncodedPools vectors(*pools_, encoder, nullptr);
  scored(vectors, 2);
  EXPECT_LE(encoder.encoded(), kBlocks * pools_->molecules().size());
}

TEST_F(ScoreQueries, GivesTheSameWhenVectorsAreKept) {
  const MadeUpEncoder encoder(kDim);
  EncodedPools vectors(*pools_, encoder, nullptr);
  vectors.keep_all({});
  EXPECT_EQ(scored(vectors), expected());
  EXPECT_EQ(encoder.encoded(), pools_->molecules().size());
  EXPECT_EQ(scored(vectors), expected());
  EXPECT_EQ(encoder.encoded(), pools_->molecules().size());  // not encoded again
}

TEST_F(ScoreQueries, GivesTheSameOnAnyNumberOfThreads) {
  const MadeUpEncoder encoder(kDim);
  const EncodedPools vectors(*pools_, encoder, nullptr);
  EXPECT_EQ(scored(vectors, 4), expected());
}

TEST_F(ScoreQueries, TakesVectorsFromALibraryWhereItHasThem) {
  std::vector<Molecule> known;
  for (const auto& molecule : pools_->molecules()) {
    if (known.size() < 300 && molecule.smiles() != "C") known.push_back(molecule);
  }
  std::ranges::sort(known, [](const Molecule& a, const Molecule& b) {
    return std::pair(a.exact_mass(), a.smiles()) < std::pair(b.exact_mass(), b.smiles());
  });
  const MadeUpEncoder encoder(kDim);
  const Matrix rows = encoder.encode(known);
  test::write_library(folder_.path(), known, rows);
  const Library library = Library::open(folder_.path());

  const std::size_t before = encoder.encoded();
  EncodedPools vectors(*pools_, encoder, &library);
  vectors.keep_all({});
  EXPECT_EQ(scored(vectors), expected());
  EXPECT_EQ(encoder.encoded() - before, pools_->molecules().size() - 300);
}

TEST_F(ScoreQueries, ConsumesNothingForQueriesWithoutPool) {
  const MadeUpEncoder encoder(kDim);
  const EncodedPools vectors(*pools_, encoder, nullptr);
  pool_of_.assign(pool_of_.size(), nullptr);
  EXPECT_TRUE(scored(vectors).empty());
  EXPECT_EQ(encoder.encoded(), 0U);
}

}  // namespace
}  // namespace specbridge
