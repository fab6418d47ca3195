#include "chem/drawing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using testing::HasSubstr;

TEST(Drawing, IsOneSvgElementOfTheSizeAskedFor) {
  const auto svg = draw_svg(test::molecule("CC(=O)Oc1ccccc1C(=O)O"), 240, 160);
  EXPECT_EQ(svg.rfind("<svg", 0), 0U);
  EXPECT_THAT(svg, HasSubstr("width='240px' height='160px'"));
  EXPECT_THAT(svg, HasSubstr("</svg>"));
}

TEST(Drawing, ShowsEveryBondAndItsHeteroatoms) {
  const auto svg = draw_svg(test::molecule("CCO"), 200, 100);
  EXPECT_THAT(svg, HasSubstr("bond-0"));
  EXPECT_THAT(svg, HasSubstr("bond-1"));
  EXPECT_THAT(svg, HasSubstr(">O</text>"));
}

TEST(Drawing, IsTheSameEveryTime) {
  const auto molecule = test::molecule("CN1CCC[C@H]1c1cccnc1");
  EXPECT_EQ(draw_svg(molecule, 200, 100), draw_svg(molecule, 200, 100));
}

}  // namespace
}  // namespace specbridge
