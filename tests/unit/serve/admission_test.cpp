#include "serve/admission.h"

#include <gtest/gtest.h>

#include <thread>

namespace specbridge {
namespace {

using std::chrono::milliseconds;

TEST(Admission, LetsAsManyWorkAsItSays) {
  Admission admission(2, 0);
  EXPECT_EQ(admission.enter(milliseconds(0)), Entry::in);
  EXPECT_EQ(admission.enter(milliseconds(0)), Entry::in);
  EXPECT_EQ(admission.working(), 2);
}

TEST(Admission, TurnsAwayWhoFindsAllPlacesToWaitTaken) {
  Admission admission(1, 0);
  admission.enter(milliseconds(0));
  EXPECT_EQ(admission.enter(milliseconds(1000)), Entry::full);
}

TEST(Admission, LetsGoWhoHasWaitedTooLong) {
  Admission admission(1, 1);
  admission.enter(milliseconds(0));
  EXPECT_EQ(admission.enter(milliseconds(1)), Entry::late);
  EXPECT_EQ(admission.waiting(), 0);
}

TEST(Admission, GivesAFreedPlaceToWhoWaits) {
  Admission admission(1, 1);
  admission.enter(milliseconds(0));
  Entry entry = Entry::late;
  std::thread waits([&] { entry = admission.enter(milliseconds(60'000)); });
  while (admission.waiting() == 0) std::this_thread::yield();
  admission.leave();
  waits.join();
  EXPECT_EQ(entry, Entry::in);
  EXPECT_EQ(admission.working(), 1);
}

}  // namespace
}  // namespace specbridge
