// A searcher that is opened once and asked often.
#include "specbridge/searcher.h"

#include <gtest/gtest.h>

#include <thread>

#include "small_world.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

using test::queries_of;
using test::searcher_of;

std::vector<std::string> answers(const Searcher& searcher, const RankedList& list) {
  std::vector<std::string> smiles;
  for (const auto& hit : list.hits) smiles.emplace_back(searcher.molecule(hit.row).smiles);
  return smiles;
}

TEST(Searcher, RanksTheMoleculesOfTheMassWindowBestFirst) {
  const Searcher searcher = searcher_of(CandidateMode::mass_window);
  const auto queries = queries_of(searcher);
  const auto lists = searcher.rank(queries);
  ASSERT_EQ(lists.size(), queries.size());
  ASSERT_EQ(lists[0].status, Status::ok);
  EXPECT_EQ(lists[0].candidates, 3U);  // C3H8O
  EXPECT_EQ(lists[0].hits.size(), 3U);
  for (std::size_t i = 1; i < 3; ++i) EXPECT_GE(lists[0].hits[i - 1].score, lists[0].hits[i].score);
  EXPECT_EQ(lists.back().status, Status::no_peaks);
}

TEST(Searcher, GivesAsManyAnswersAsAreAskedFor) {
  const Searcher searcher = searcher_of(CandidateMode::mass_window);
  const auto queries = queries_of(searcher);
  RankOptions options;
  options.k = 2;
  const auto lists = searcher.rank(queries, options);
  EXPECT_EQ(lists[0].hits.size(), 2U);
  EXPECT_EQ(lists[0].candidates, 3U);
}

TEST(Searcher, MakesTheSameQueryOfARecordAsAFileDoes) {
  const Searcher searcher = searcher_of(CandidateMode::pools);
  const auto queries = queries_of(searcher);
  const auto expected = searcher.rank(queries);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const Query query = searcher.query(queries[i].spectrum, i);
    const auto alone = searcher.rank(std::span(&query, 1));
    EXPECT_EQ(alone[0].status, expected[i].status);
    EXPECT_EQ(answers(searcher, alone[0]), answers(searcher, expected[i]));
  }
}

TEST(Searcher, AnswersManyThreadsAtOnce) {
  const Searcher searcher = searcher_of(CandidateMode::open);
  const auto queries = queries_of(searcher);
  const auto expected = searcher.rank(queries);
  std::vector<std::vector<RankedList>> found(4);
  {
    std::vector<std::jthread> threads;
    for (auto& lists : found) threads.emplace_back([&] { lists = searcher.rank(queries); });
  }
  for (const auto& lists : found) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      EXPECT_EQ(answers(searcher, lists[i]), answers(searcher, expected[i]));
    }
  }
}

TEST(Searcher, SaysWhatItNeeds) {
  EXPECT_THROW(Searcher::open({test::small_world().model}, test::on_cpu()), UsageError);
  SearchSources sources{test::small_world().model};
  sources.choice.mode = CandidateMode::pools;
  EXPECT_THROW(Searcher::open(sources, test::on_cpu()), UsageError);
}

}  // namespace
}  // namespace specbridge
