#include "nn/archive_code.h"

#include <gtest/gtest.h>

#include <string>

namespace specbridge {
namespace {

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(ArchiveCode, TakesWhatIsWrittenWithoutMalice) {
  EXPECT_EQ(code_problem("class Net(Module):\n"
                         "  names : List[str]\n"
                         "  def forward(self,\n    x: Tensor) -> Tensor:\n"
                         "    text = 'a (\\' bracket'  # and ( one\n"
                         "    return torch.add(x, x)\n"),
            std::nullopt);
}

TEST(ArchiveCode, NamesTheLineOfBracketsThatAreNestedTooDeep) {
  EXPECT_EQ(code_problem("a = 1\nb = " + repeated("(", kDeepestCode) + repeated(")", kDeepestCode)),
            std::nullopt);
  EXPECT_EQ(code_problem("a = 1\nb = " + repeated("[", kDeepestCode + 1)),
            "line 2: brackets are nested too deep");
}

TEST(ArchiveCode, CountsAStatementOverTheLinesOfItsBrackets) {
  EXPECT_EQ(code_problem("a = (1" + repeated("\n + 1", 2000) + ")\n"),
            "line 800: a statement is too long");
  EXPECT_EQ(code_problem(repeated("a = a + 1\n", 2000)), std::nullopt);
}

TEST(ArchiveCode, RefusesAStatementThatGoesOnAfterABackslash) {
  EXPECT_EQ(code_problem("a = 1 + \\\n 1\n"), "line 1: a statement goes on after a backslash");
}

TEST(ArchiveCode, RefusesBlocksThatAreNestedTooDeep) {
  EXPECT_EQ(code_problem(std::string(2 * kDeepestCode, ' ') + "a = 1\n"), std::nullopt);
  EXPECT_EQ(code_problem(std::string(2 * kDeepestCode + 1, ' ') + "a = 1\n"),
            "line 1: blocks are nested too deep");
}

TEST(ArchiveCode, RefusesALongChainOfElif) {
  const std::string one = "elif a:\n  b = 1\n";
  EXPECT_EQ(code_problem(repeated(one, kLongestElifChain)), std::nullopt);
  EXPECT_EQ(code_problem(repeated(one, kLongestElifChain + 1)),
            "line 401: a chain of elif is too long");
}

TEST(ArchiveCode, RefusesATextThatIsNotClosed) {
  EXPECT_EQ(code_problem("a = 'b\n"), "line 1: a text is not closed");
  EXPECT_EQ(code_problem("a = \"\"\"b\nc\n"), "line 3: a text is not closed");
}

}  // namespace
}  // namespace specbridge
