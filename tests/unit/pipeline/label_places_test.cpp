#include "pipeline/explain/label_places.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace specbridge {
namespace {

constexpr DrawingBox kArea = {0, 400, 0, 300};

bool apart(const DrawingBox& a, const DrawingBox& b) {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

TEST(LabelPlaces, StandAboveTheirPeak) {
  LabelPlaces places(kArea, {{200, 150}});
  const auto box = places.take({200, 150}, 60, 20);
  ASSERT_TRUE(box.has_value());
  EXPECT_EQ(box->left, 170);
  EXPECT_EQ(box->right, 230);
  EXPECT_LE(box->bottom, 150);
  EXPECT_GE(box->bottom, 140);
}

TEST(LabelPlaces, StayInTheArea) {
  LabelPlaces places(kArea, {{2, 150}, {399, 150}});
  EXPECT_EQ(places.take({2, 150}, 60, 20)->left, 0);
  EXPECT_EQ(places.take({399, 150}, 60, 20)->right, 400);
  EXPECT_FALSE(places.take({200, 10}, 60, 20).has_value());
}

TEST(LabelPlaces, MakeWayForEachOther) {
  LabelPlaces places(kArea, {{200, 250}, {210, 250}});
  const auto first = places.take({200, 250}, 60, 20), second = places.take({210, 250}, 60, 20);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(apart(*first, *second));
}

TEST(LabelPlaces, CoverNoHigherPeak) {
  LabelPlaces places(kArea, {{200, 250}, {215, 200}});
  const auto box = places.take({200, 250}, 60, 20);
  ASSERT_TRUE(box.has_value());
  EXPECT_TRUE(box->bottom < 200 || box->right < 215);
}

TEST(LabelPlaces, AreNotReachedAcrossAHigherPeak) {
  std::vector<PeakStick> crowd = {{200, 290}, {195, 0}, {205, 0}};
  LabelPlaces places(kArea, std::move(crowd));
  EXPECT_FALSE(places.take({200, 290}, 60, 20).has_value());
}

TEST(LabelPlaces, AreNotFoundWhereThereIsNoRoom) {
  std::vector<PeakStick> forest = {{200, 290}};
  for (int x = 0; x < 400; x += 10) forest.push_back({static_cast<double>(x) + 5, 0});
  LabelPlaces places(kArea, std::move(forest));
  EXPECT_FALSE(places.take({200, 290}, 60, 20).has_value());
}

}  // namespace
}  // namespace specbridge
