#include "ranking/structures.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace specbridge {
namespace {

TEST(StructureKey, IsEqualForEqualTextsOnly) {
  EXPECT_EQ(StructureKey("LFQSCWFLJHTTHZ"), StructureKey("LFQSCWFLJHTTHZ"));
  EXPECT_NE(StructureKey("LFQSCWFLJHTTHZ"), StructureKey("LFQSCWFLJHTTHY"));
  EXPECT_NE(StructureKey("LFQSCWFLJHTTHZ"), StructureKey("KFQSCWFLJHTTHZ"));
  EXPECT_NE(StructureKey("A"), StructureKey("AA"));
}

TEST(StructureKey, IsOrderedAsTextsAre) {
  Random random(1);
  const auto draw = [&] {
    std::string text;
    for (int i = 0; i < 14; ++i) text += static_cast<char>('A' + random.below(i < 9 ? 2 : 26));
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    const std::string a = draw(), b = draw();
    EXPECT_EQ(StructureKey(a) < StructureKey(b), a < b) << a << ' ' << b;
  }
}

struct Member {
  std::string key;
  int score;
};

TEST(KeepBestOfEach, LeavesTheBestMemberOfEveryStructure) {
  std::vector<Member> members = {{"b", 1}, {"a", 2}, {"b", 7}, {"a", 1}, {"c", 0}};
  keep_best_of_each(
      members, [](const Member& member) -> const auto& { return member.key; },
      [](const Member& a, const Member& b) { return a.score > b.score; });
  ASSERT_EQ(members.size(), 3U);
  EXPECT_EQ(members[0].key + members[1].key + members[2].key, "abc");
  EXPECT_EQ(members[0].score, 2);
  EXPECT_EQ(members[1].score, 7);
}

}  // namespace
}  // namespace specbridge
