#include "base/processors.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <filesystem>
#include <thread>

#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

class Quota : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    folder_.write(name, text);
  }
  std::size_t found() const { return quota_of_processors(folder_.path()); }
  TemporaryFolder folder_;
};

TEST_F(Quota, IsNoneWhereNoneIsStated) {
  EXPECT_EQ(found(), 0u);
  write("proc/self/cgroup", "0::/job\n");
  write("sys/fs/cgroup/job/cpu.max", "max 100000\n");
  EXPECT_EQ(found(), 0u);
}

TEST_F(Quota, IsRoundedDownAndAtLeastOne) {
  write("proc/self/cgroup", "0::/job\n");
  write("sys/fs/cgroup/job/cpu.max", "350000 100000\n");
  EXPECT_EQ(found(), 3u);
  write("sys/fs/cgroup/job/cpu.max", "20000 100000\n");
  EXPECT_EQ(found(), 1u);
}

TEST_F(Quota, OfAGroupAboveCounts) {
  write("proc/self/cgroup", "0::/slice/job\n");
  write("sys/fs/cgroup/slice/job/cpu.max", "800000 100000\n");
  write("sys/fs/cgroup/slice/cpu.max", "200000 100000\n");
  EXPECT_EQ(found(), 2u);
}

TEST_F(Quota, OfAContainerLiesAtTheTop) {
  write("proc/self/cgroup", "0::/outside/the/container\n");
  write("sys/fs/cgroup/cpu.max", "400000 100000\n");
  EXPECT_EQ(found(), 4u);
}

TEST_F(Quota, OfTheFirstVersionIsRead) {
  write("proc/self/cgroup", "12:memory:/job\n4:cpu,cpuacct:/job\n");
  write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "250000\n");
  write("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(found(), 2u);
  write("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(found(), 0u);
}

TEST(UsableProcessors, FollowTheAffinityOfTheProcess) {
  std::size_t found = 0;
  std::thread([&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    found = usable_processors();
  }).join();
  EXPECT_EQ(found, 1u);
  EXPECT_LE(usable_processors(), std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace
}  // namespace specbridge
