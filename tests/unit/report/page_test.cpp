#include "report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace specbridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

QueryResult place_of(std::size_t index, std::size_t rank, std::size_t pool_size,
                     const std::string& truth) {
  QueryResult result;
  result.name.id = "q" + std::to_string(index);
  result.name.index = index;
  result.rank = rank;
  result.pool_size = result.listed = pool_size;
  result.truth_smiles = truth;
  result.best_smiles = rank == 1 ? truth : "CCN";
  return result;
}

std::vector<std::size_t> numbers(const std::vector<ExampleQuery>& queries) {
  std::vector<std::size_t> numbers;
  for (const auto& query : queries) numbers.push_back(query.result.name.index);
  return numbers;
}

TEST(Examples, AreOneQueryAMoleculeBestInLargePoolsAndWorstFurthestDown) {
  const std::vector results = {place_of(0, 1, 5, "CO"),   place_of(1, 1, 50, "CCO"),
                               place_of(2, 1, 50, "CCO"), place_of(3, 7, 50, "CCO"),
                               place_of(4, 9, 50, "CF"),  place_of(5, 8, 50, "CF")};
  const auto examples = choose_examples(results);
  EXPECT_THAT(numbers(examples.best), ElementsAre(1, 0));
  EXPECT_THAT(numbers(examples.worst), ElementsAre(4, 3));
  EXPECT_THAT(numbers(choose_examples(results, 1).worst), ElementsAre(4));
}

TEST(ReportPage, HoldsTheReportAndTheDrawnExamples) {
  const std::vector results = {place_of(0, 2, 5, "CCO")};
  auto examples = choose_examples(results);
  examples.worst.front().peaks = {{50, 2}, {40, 8}};
  const auto page = to_html(summarize(results), {examples, results, ""});
  EXPECT_THAT(page, HasSubstr("\"mrr\": 0.5"));
  EXPECT_THAT(page, HasSubstr("\"peaks\":[[40.0,100.0],[50.0,25.0]]"));
  EXPECT_THAT(page, HasSubstr("\"truth_svg\":\"\\u003csvg"));
  EXPECT_THAT(page, Not(HasSubstr("@@")));
}

TEST(ReportPage, IsNotBrokenByTextThatLooksLikeAPage) {
  auto strange = place_of(0, 2, 5, "CCO");
  strange.name.id = "</script><script>alert(1)</script><!--";
  strange.best_smiles = "no molecule";
  const std::vector results = {strange};
  const auto page = to_html(summarize(results), {choose_examples(results), results, ""});
  EXPECT_THAT(page, Not(HasSubstr("<script>alert(1)")));
  EXPECT_THAT(page, HasSubstr("\"best_svg\":\"\""));
}

}  // namespace
}  // namespace specbridge
