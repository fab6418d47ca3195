#include "specbridge/device.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

TEST(Device, ReadsEverySpelling) {
  EXPECT_EQ(parse_device("auto").kind, Device::Kind::automatic);
  EXPECT_EQ(parse_device("cpu").kind, Device::Kind::cpu);
  EXPECT_EQ(parse_device("cuda").kind, Device::Kind::cuda);
  EXPECT_EQ(parse_device("cuda").index, 0);
  EXPECT_EQ(parse_device("cuda:3").kind, Device::Kind::cuda);
  EXPECT_EQ(parse_device("cuda:3").index, 3);
}

TEST(Device, WritesWhatItReads) {
  for (const char* text : {"auto", "cpu", "cuda:0", "cuda:7"}) {
    EXPECT_EQ(to_string(parse_device(text)), text);
  }
}

TEST(Device, RefusesAnythingElseWithWhatWasExpected) {
  EXPECT_EQ(test::message_of([] { parse_device("gpu"); }),
            "--device: found \"gpu\", expected auto, cpu, cuda or cuda:<number>");
  for (const char* text : {"", "CPU", "cuda:", "cuda:-1", "cuda:x", "cuda:1024", "cpu "}) {
    EXPECT_THROW(parse_device(text), UsageError) << text;
  }
}

}  // namespace
}  // namespace specbridge
