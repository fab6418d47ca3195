#include "nn/torch_runtime.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

bool has_cuda() {
  return resolve_device({Device::Kind::automatic, 0}).is_cuda();
}

TEST(TorchRuntime, TakesTheCpuWhenAsked) {
  EXPECT_TRUE(resolve_device({Device::Kind::cpu, 0}).is_cpu());
}

TEST(TorchRuntime, FallsBackToTheCpuOnlyWhenTheChoiceIsAutomatic) {
  if (has_cuda()) GTEST_SKIP() << "this machine has a CUDA device";
  const std::string message = test::message_of([] { resolve_device({Device::Kind::cuda, 1}); });
  EXPECT_TRUE(message.starts_with("--device cuda:1: ")) << message;
  EXPECT_TRUE(message.ends_with("; use --device cpu or auto")) << message;
  EXPECT_THROW(resolve_device({Device::Kind::cuda, 0}), ResourceError);
}

TEST(TorchRuntime, RefusesACudaDeviceThatIsNotThere) {
  if (!has_cuda()) GTEST_SKIP() << "this machine has no CUDA device";
  EXPECT_THROW(resolve_device({Device::Kind::cuda, 999}), ResourceError);
}

TEST(TorchRuntime, SetsThreadsForAScopeAndRestoresThem) {
  prepare_threads(2);
  {
    const IntraOpThreads one(1);
    EXPECT_EQ(at::get_num_threads(), 1);
  }
  EXPECT_EQ(at::get_num_threads(), 2);
}

TEST(TorchRuntime, TellsATorchErrorInOneLine) {
  const std::string message =
      test::message_of([] { translating("model.pt", [] { return at::zeros({2}).reshape({3}); }); });
  EXPECT_EQ(message, "model.pt: shape '[3]' is invalid for input of size 2");
}

TEST(TorchRuntime, CallsExhaustedMemoryAResourceError) {
  constexpr std::int64_t kTooMuch = std::int64_t{1} << 50;
  EXPECT_THROW(translating("encode", [] { return at::empty({kTooMuch}, at::kByte); }),
               ResourceError);
}

TEST(TorchRuntime, HandsOutWhatTheActionReturns) {
  EXPECT_EQ(translating("anything", [] { return 7; }), 7);
}

}  // namespace
}  // namespace specbridge
