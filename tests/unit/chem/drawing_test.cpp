#include "chem/drawing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chem/graphs/structure_graph.h"
#include "unit/chem/samples.h"

namespace specbridge {
namespace {

using testing::HasSubstr;
using testing::Not;

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

TEST(Drawing, MarksAtomsAndTheBondsBetweenThem) {
  const auto molecule = test::molecule("CCO");
  const auto plain = draw_svg(molecule, 200, 100);
  EXPECT_THAT(plain, Not(HasSubstr("#99C6F2")));
  EXPECT_EQ(draw_svg(molecule, 200, 100, {}), plain);
  const auto marked = draw_svg(molecule, 200, 100, {0, 1});
  EXPECT_THAT(marked, HasSubstr("#99C6F2"));
  EXPECT_NE(marked, draw_svg(molecule, 200, 100, {1, 2}));
}

TEST(Drawing, MarksALabelledHydrogenToo) {
  const auto molecule = test::molecule("[2H]C([2H])([2H])CO");
  const auto atoms = structure_graph(molecule).atoms.size();
  ASSERT_EQ(atoms, 6U);
  EXPECT_NO_THROW(draw_svg(molecule, 200, 100, {0, static_cast<int>(atoms) - 1}));
}

TEST(Drawing, IsTheSameEveryTime) {
  const auto molecule = test::molecule("CN1CCC[C@H]1c1cccnc1");
  EXPECT_EQ(draw_svg(molecule, 200, 100), draw_svg(molecule, 200, 100));
}

}  // namespace
}  // namespace specbridge
