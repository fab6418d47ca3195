#include "ranking/tie_position.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"
#include "specbridge/tie_rule.h"
#include "support/support.h"

namespace specbridge {
namespace {

TEST(TieRule, PutsTheTruthBehindInFrontOrInTheMiddle) {
  const TiePosition standing{2, 4};
  EXPECT_EQ(rank_under(standing, TieRule::worst), 7);
  EXPECT_EQ(rank_under(standing, TieRule::expected), 5);
  EXPECT_EQ(rank_under(standing, TieRule::best), 3);
}

TEST(TieRule, CountsAHitOrTheShareOfOrdersThatGiveOne) {
  EXPECT_EQ(hit_share({0, 3}, 1, TieRule::worst), 0);
  EXPECT_EQ(hit_share({0, 3}, 1, TieRule::best), 1);
  EXPECT_DOUBLE_EQ(hit_share({0, 3}, 1, TieRule::expected), 0.25);
  EXPECT_DOUBLE_EQ(hit_share({4, 3}, 5, TieRule::expected), 0.25);
  EXPECT_DOUBLE_EQ(hit_share({4, 3}, 4, TieRule::expected), 0);
  EXPECT_DOUBLE_EQ(hit_share({0, 3}, 20, TieRule::expected), 1);
  EXPECT_DOUBLE_EQ(hit_share({0, 0}, 1, TieRule::expected), 1);
}

TEST(TieRule, AveragesReciprocalRanksOverOrders) {
  EXPECT_DOUBLE_EQ(reciprocal_rank({0, 3}, TieRule::expected), (1 + 1. / 2 + 1. / 3 + 1. / 4) / 4);
  EXPECT_DOUBLE_EQ(reciprocal_rank({0, 3}, TieRule::worst), 0.25);
  EXPECT_DOUBLE_EQ(reciprocal_rank({0, 3}, TieRule::best), 1);
  for (const TieRule rule : {TieRule::worst, TieRule::expected, TieRule::best}) {
    EXPECT_DOUBLE_EQ(reciprocal_rank({4, 0}, rule), 0.2);
  }
}

TEST(TieRule, IsReadByName) {
  EXPECT_EQ(parse_tie_rule("expected"), TieRule::expected);
  EXPECT_EQ(test::message_of([] { parse_tie_rule("first"); }),
            "--ties: found \"first\", expected worst, expected or best");
}

}  // namespace
}  // namespace specbridge
