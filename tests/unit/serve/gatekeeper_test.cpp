#include "serve/gatekeeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace specbridge {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(Loopback, IsWhatOtherMachinesCannotReach) {
  for (const auto* own : {"127.0.0.1", "127.9.9.9", "localhost", "::1"}) {
    EXPECT_TRUE(is_loopback(own)) << own;
  }
  for (const auto* open :
       {"0.0.0.0", "192.168.1.5", "::", "example.org", "1270.0.0.1", "127.0.0.1.evil.example"}) {
    EXPECT_FALSE(is_loopback(open)) << open;
  }
}

TEST(Gatekeeper, LetsInRequestsOfThisMachineAndItsOwnPage) {
  const Gatekeeper keeper("127.0.0.1", "");
  EXPECT_THAT(keeper.objection({"127.0.0.1:8765", "", "", ""}), IsEmpty());
  EXPECT_THAT(keeper.objection({"localhost:8765", "http://localhost:8765", "same-origin", ""}),
              IsEmpty());
  EXPECT_THAT(keeper.objection({"[::1]:8765", "", "none", ""}), IsEmpty());
}

TEST(Gatekeeper, TurnsAwayANameThatAnotherSiteGaveThisMachine) {
  const Gatekeeper keeper("127.0.0.1", "");
  EXPECT_THAT(keeper.objection({"evil.example:8765", "", "", ""}), HasSubstr("evil.example"));
  EXPECT_THAT(keeper.objection({"", "", "", ""}), HasSubstr("Host"));
}

TEST(Gatekeeper, TurnsAwayRequestsOfPagesOfOtherSites) {
  const Gatekeeper keeper("127.0.0.1", "");
  EXPECT_THAT(keeper.objection({"127.0.0.1:8765", "http://evil.example", "", ""}),
              HasSubstr("Origin"));
  EXPECT_THAT(keeper.objection({"127.0.0.1:8765", "null", "", ""}), HasSubstr("Origin"));
  EXPECT_THAT(keeper.objection({"127.0.0.1:8765", "", "cross-site", ""}),
              HasSubstr("another site"));
}

TEST(Gatekeeper, TakesItsPageFromAServerWithTlsInFront) {
  const Gatekeeper keeper("0.0.0.0", "secret");
  EXPECT_THAT(keeper.objection({"ms.example", "https://ms.example", "same-origin", ""}), IsEmpty());
  EXPECT_THAT(keeper.objection({"ms.example", "https://other.example", "", ""}),
              HasSubstr("Origin"));
}

TEST(Gatekeeper, OnAnOpenAddressTakesWhatNameTheMachineHas) {
  EXPECT_THAT(Gatekeeper("0.0.0.0", "secret").objection({"lab.example:80", "", "", ""}), IsEmpty());
}

TEST(Gatekeeper, WantsTheWholeTokenAndNothingElse) {
  const Gatekeeper keeper("0.0.0.0", "correct horse");
  EXPECT_TRUE(keeper.is_authorised("Bearer correct horse"));
  EXPECT_TRUE(keeper.is_authorised("bearer correct horse"));
  for (const auto* wrong :
       {"", "correct horse", "Bearer", "Bearer ", "Bearer correct hors", "Bearer correct horse ",
        "Bearercorrect horse", "Bearer correct horsecorrect horse", "Basic correct horse"}) {
    EXPECT_FALSE(keeper.is_authorised(wrong)) << wrong;
  }
}

TEST(Gatekeeper, WithoutATokenAsksForNone) {
  EXPECT_TRUE(Gatekeeper("127.0.0.1", "").is_authorised(""));
}

}  // namespace
}  // namespace specbridge
