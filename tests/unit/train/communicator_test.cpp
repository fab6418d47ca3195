#include "train/ranks/communicator.h"

#include <ATen/ATen.h>
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "specbridge/error.h"
#include "support/support.h"
#include "train/ranks/batch_share.h"
#include "train/ranks/meeting_place.h"
#include "train/ranks/shared_input.h"

namespace specbridge {
namespace {

using test::message_of;

/// LibTorch notes down operations in a table of the process, without a lock, unless it is told to
/// keep none: threads that stand for processes would be in each other's way.
const int kNoRecords = setenv("TORCH_FR_BUFFER_SIZE", "0", 1);

std::uint16_t free_port() {
  const int number = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(number, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(number, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(number);
  return ntohs(address.sin_port);
}

Ranks rank_of(std::size_t rank, std::size_t count, std::uint16_t port) {
  Ranks ranks;
  ranks.rank = rank;
  ranks.count = count;
  ranks.host = "127.0.0.1";
  ranks.port = port;
  ranks.patience = std::chrono::seconds(20);
  return ranks;
}

/// Runs threads that stand for processes, and gives what each one threw.
std::vector<std::string> together(std::size_t count,
                                  const std::function<void(const Ranks&, std::size_t)>& action) {
  const std::uint16_t port = free_port();
  std::vector<std::string> thrown(count);
  std::vector<std::thread> threads;
  for (std::size_t rank = 0; rank < count; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        action(rank_of(rank, count, port), rank);
      } catch (const std::exception& error) {
        thrown[rank] = error.what();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return thrown;
}

class SeveralRanks : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    if (!trains_in_several_processes()) GTEST_SKIP() << "built without Gloo (libgloo-dev)";
  }
  /// Each rank's part of a test, which must not fail.
  void among(const std::function<void(Communicator&)>& part) {
    const auto thrown = together(GetParam(), [&](const Ranks& ranks, std::size_t) {
      Communicator communicator(ranks, context_);
      part(communicator);
    });
    EXPECT_EQ(thrown, std::vector<std::string>(GetParam()));
  }

  RunContext context_;
};

INSTANTIATE_TEST_SUITE_P(Of, SeveralRanks, testing::Values(2U, 3U));

TEST_P(SeveralRanks, AddUpTheirTensors) {
  const auto sum = static_cast<float>(GetParam() * (GetParam() + 1) / 2);
  among([&](Communicator& ranks) {
    const at::Tensor numbers = at::full({5, 3}, static_cast<float>(ranks.rank() + 1));
    for (int time = 1; time < 4; ++time) ranks.sum(numbers.narrow(0, time, 1));
    EXPECT_TRUE(at::equal(numbers.narrow(0, 1, 3), at::full({3, 3}, sum)));
    EXPECT_TRUE(at::equal(numbers[0], at::full({3}, static_cast<float>(ranks.rank() + 1))));
  });
}

TEST_P(SeveralRanks, TakeOverTheTensorsAndNumbersOfRankZero) {
  among([&](Communicator& ranks) {
    const auto own = static_cast<std::int64_t>(ranks.rank());
    const at::Tensor numbers = at::full({4}, own, at::kLong);
    ranks.broadcast(numbers);
    EXPECT_TRUE(at::equal(numbers, at::zeros({4}, at::kLong)));
    EXPECT_EQ(ranks.told({own + 7, own}), (std::vector<std::int64_t>{7, 0}));
    EXPECT_EQ(ranks.told(std::vector<std::int64_t>(ranks.rank())), std::vector<std::int64_t>{});
    EXPECT_EQ(ranks.told({own + 8}), std::vector<std::int64_t>{8});
  });
}

TEST_P(SeveralRanks, AreGivenTheInputOfRankZero) {
  among([&](Communicator& ranks) {
    TrainingInput input;
    if (ranks.leads()) {
      input.examples = {{{{300, 1.1F, 100, 1}}, 1, -1}, {{{200, 1.1F}}, 0, 1}};
      input.targets = Matrix(2, 3);
      input.targets.row(1)[2] = 0.5F;
      input.decoys.vectors = Matrix(1, 3);
      input.decoys.of = {{}, {0}};
    }
    share_input(input, ranks);
    ASSERT_EQ(input.examples.size(), 2U);
    EXPECT_EQ(input.examples[0].input.rows, (std::vector<float>{300, 1.1F, 100, 1}));
    EXPECT_EQ(input.examples[1].input.rows, (std::vector<float>{200, 1.1F}));
    EXPECT_EQ(input.examples[0].molecule, 1U);
    EXPECT_EQ(input.examples[0].ion_mode, -1);
    EXPECT_EQ(input.targets.rows(), 2U);
    EXPECT_EQ(input.targets.row(1)[2], 0.5F);
    EXPECT_EQ(input.decoys.vectors.cols(), 3U);
    EXPECT_EQ(input.decoys.of, (std::vector<std::vector<std::uint32_t>>{{}, {0}}));
  });
}

TEST_P(SeveralRanks, ShareABatchOfAnySize) {
  for (const std::size_t batch : {0U, 1U, 2U, 7U, 9U}) {
    std::vector<Share> shares(GetParam());
    among([&](Communicator& ranks) { shares[ranks.rank()] = share_of(batch, ranks).value(); });
    std::int64_t next = 0;
    for (const Share& share : shares) {
      EXPECT_EQ(share.begin, next);
      EXPECT_LE(shares.back().size, share.size);
      EXPECT_LE(share.size, shares.back().size + 1);
      next += share.size;
    }
    EXPECT_EQ(next, static_cast<std::int64_t>(batch));
  }
}

TEST_P(SeveralRanks, EndWhereOneSaysWhyItDoes) {
  const auto thrown = together(GetParam(), [&](const Ranks& of, std::size_t rank) {
    Communicator ranks(of, context_);
    if (rank == 1) return ranks.say_why(InputError("x.mgf: is empty"));
    const at::Tensor numbers = at::zeros({3});
    for (;;) ranks.sum(numbers);
  });
  const std::string count = std::to_string(GetParam());
  EXPECT_EQ(thrown[0], "rank 0 of " + count + ": rank 1 ended: x.mgf: is empty");
  EXPECT_EQ(thrown[1], "");
}

TEST_P(SeveralRanks, AreInterruptedTogether) {
  const auto thrown = together(GetParam(), [&](const Ranks& of, std::size_t rank) {
    Communicator ranks(of, context_);
    if (rank == 0) return ranks.say_why(Interrupted("interrupted"));
    ranks.told({});
  });
  EXPECT_EQ(thrown[1], "interrupted; nothing was published");
}

TEST_F(SeveralRanks, ARankThatIsThereTwiceIsRefused) {
  std::atomic<bool> is_refused = false;
  const auto thrown = together(2, [&](const Ranks& of, std::size_t rank) {
    Ranks same = of;
    same.rank = 0;
    same.agent_listens = rank == 1;  // it joins
    try {
      const Communicator ranks(same, context_);
    } catch (const UsageError&) {
      is_refused = true;
      throw;
    }
  });
  EXPECT_TRUE(is_refused);
}

TEST_F(SeveralRanks, WhoDoesNotComeIsNamed) {
  Ranks ranks = rank_of(0, 3, free_port());
  ranks.patience = std::chrono::seconds(1);
  const std::string place = "127.0.0.1:" + std::to_string(ranks.port);
  EXPECT_EQ(message_of([&] { Communicator(ranks, context_); }),
            "rank 0 of 3: rank 1 did not come to " + place +
                " within 1 second; expected 3 processes; see what it said");
  ranks.rank = 2;
  EXPECT_EQ(message_of([&] { Communicator(ranks, context_); }),
            "rank 2 of 3: found nobody listening at " + place +
                " within 1 second; expected rank 0 there: see MASTER_ADDR, MASTER_PORT and what "
                "rank 0 says");
}

TEST(OneRank, GivesBackWhatItIsGiven) {
  Communicator alone;
  EXPECT_TRUE(alone.alone());
  EXPECT_TRUE(alone.leads());
  const at::Tensor numbers = at::arange(4);
  alone.sum(numbers);
  alone.broadcast(numbers);
  EXPECT_TRUE(at::equal(numbers, at::arange(4)));
  EXPECT_EQ(alone.told({1, 2}), (std::vector<std::int64_t>{1, 2}));
  EXPECT_FALSE(share_of(5, alone));
}

}  // namespace
}  // namespace specbridge
