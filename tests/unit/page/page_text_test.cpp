#include "page/page_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace specbridge {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(InsideScript, LeavesNothingThatOpensOrEndsAnElement) {
  const auto text = inside_script(R"({"a":"</script><script>x","b":"<!--","c":"<"})");
  EXPECT_THAT(text, Not(HasSubstr("<")));
}

TEST(InsideScript, IsTheSameJsonStill) {
  const Json value{{"</script>", "<b>"}, {"plain", 1}, {"bytes", "\u00e9\u2028\\u003c"}};
  EXPECT_EQ(Json::parse(inside_script(value.dump())), value);
}

TEST(InsideScript, LeavesTextWithoutTheSignAlone) {
  EXPECT_EQ(inside_script(R"({"a":[1,2.5,null]})"), R"({"a":[1,2.5,null]})");
  EXPECT_EQ(inside_script(""), "");
}

std::string filled(std::string page, std::string_view place, std::string_view text) {
  fill_place(page, place, text);
  return page;
}

TEST(FillPlace, PutsTheTextWhereThePlaceStands) {
  EXPECT_EQ(filled("<p>@@A@@</p>", "@@A@@", "x"), "<p>x</p>");
  EXPECT_EQ(filled("@@A@@", "@@A@@", ""), "");
}

TEST(FillPlace, FillsTheFirstPlaceAlone) {
  EXPECT_EQ(filled("@@A@@ @@A@@", "@@A@@", "x"), "x @@A@@");
}

TEST(FillPlace, ChangesNothingWithoutThePlace) {
  EXPECT_EQ(filled("<p>@@B@@</p>", "@@A@@", "x"), "<p>@@B@@</p>");
  EXPECT_EQ(filled("", "@@A@@", "x"), "");
}

TEST(FillPlace, TakesATextThatHoldsThePlaceAsItIs) {
  EXPECT_EQ(filled("<@@A@@>", "@@A@@", "a @@A@@ b"), "<a @@A@@ b>");
}

TEST(FillPlace, FilledLastToFirstATextIsNeverFilledItself) {
  std::string page = "@@FIRST@@ @@LAST@@";
  fill_place(page, "@@LAST@@", "@@FIRST@@");
  fill_place(page, "@@FIRST@@", "x");
  EXPECT_EQ(page, "x @@FIRST@@");
}

}  // namespace
}  // namespace specbridge
