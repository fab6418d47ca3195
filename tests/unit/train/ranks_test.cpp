#include "specbridge/ranks.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using Environment = std::map<std::string, std::string>;

std::optional<Ranks> ranks_in(const Environment& environment) {
  return ranks_of_environment([&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

Environment torchrun() {
  return {{"RANK", "3"},
          {"LOCAL_RANK", "1"},
          {"WORLD_SIZE", "4"},
          {"MASTER_ADDR", "10.0.0.7"},
          {"MASTER_PORT", "29500"},
          {"TORCHELASTIC_USE_AGENT_STORE", "True"},
          {"TORCHELASTIC_RESTART_COUNT", "2"}};
}

Environment srun() {
  return {{"SLURM_PROCID", "1"},
          {"SLURM_LOCALID", "0"},
          {"SLURM_NTASKS", "2"},
          {"MASTER_ADDR", "node-1"},
          {"MASTER_PORT", "29501"}};
}

/// What is said of an environment with one variable changed; empty: it is taken away.
std::string complaint(Environment environment, const std::string& name, const std::string& value) {
  environment[name] = value;
  return message_of([&] { ranks_in(environment); });
}

TEST(RanksOfEnvironment, AreThoseOfTorchrun) {
  const auto ranks = ranks_in(torchrun()).value();
  EXPECT_EQ(ranks.rank, 3U);
  EXPECT_EQ(ranks.count, 4U);
  EXPECT_EQ(ranks.local, 1U);
  EXPECT_EQ(ranks.host, "10.0.0.7");
  EXPECT_EQ(ranks.port, 29500);
  EXPECT_TRUE(ranks.agent_listens);
  EXPECT_EQ(ranks.attempt, "2");
}

TEST(RanksOfEnvironment, AreThoseOfSrunWhereTorchrunSetNone) {
  const auto ranks = ranks_in(srun()).value();
  EXPECT_EQ(ranks.rank, 1U);
  EXPECT_EQ(ranks.count, 2U);
  EXPECT_EQ(ranks.local, 0U);
  EXPECT_EQ(ranks.host, "node-1");
  EXPECT_EQ(ranks.port, 29501);
  EXPECT_FALSE(ranks.agent_listens);
  Environment both = srun();
  both.merge(torchrun());
  EXPECT_EQ(ranks_in(both).value().count, 4U);
}

TEST(RanksOfEnvironment, OneProcessIsAlone) {
  EXPECT_FALSE(ranks_in({}));
  EXPECT_FALSE(ranks_in({{"RANK", "5"}}));
  EXPECT_FALSE(ranks_in({{"WORLD_SIZE", "1"}}));
  EXPECT_FALSE(ranks_in({{"MASTER_ADDR", "node-1"}, {"MASTER_PORT", "29501"}}));
  EXPECT_FALSE(ranks_in({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "2"}}));  // a batch script
}

TEST(RanksOfEnvironment, WhatIsMissingIsNamed) {
  for (const std::string name : {"RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"}) {
    EXPECT_EQ(complaint(torchrun(), name, ""),
              name +
                  ": is not set, though WORLD_SIZE is 4; expected RANK, LOCAL_RANK, WORLD_SIZE, "
                  "MASTER_ADDR and MASTER_PORT of each process, as torchrun sets them; for one "
                  "process unset WORLD_SIZE");
  }
  EXPECT_EQ(complaint(torchrun(), "WORLD_SIZE", ""),
            "WORLD_SIZE: is not set, though RANK and MASTER_ADDR are; expected the number of "
            "processes; for one process unset RANK");
  EXPECT_EQ(complaint(srun(), "MASTER_PORT", ""),
            "MASTER_PORT: is not set, though SLURM_NTASKS is 2; expected SLURM_PROCID, "
            "SLURM_LOCALID, SLURM_NTASKS, MASTER_ADDR and MASTER_PORT of each process, as srun and "
            "its script set them; for one process unset MASTER_ADDR");
}

TEST(RanksOfEnvironment, WhatHasNoSenseIsRefused) {
  EXPECT_EQ(complaint(torchrun(), "RANK", "4"), "RANK: found \"4\", expected a number from 0 to 3");
  EXPECT_EQ(complaint(torchrun(), "LOCAL_RANK", "-1"),
            "LOCAL_RANK: found \"-1\", expected a number from 0 to 3");
  EXPECT_EQ(complaint(torchrun(), "WORLD_SIZE", "two"),
            "WORLD_SIZE: found \"two\", expected a number from 1 to 65536");
  EXPECT_EQ(complaint(torchrun(), "MASTER_PORT", "0"),
            "MASTER_PORT: found \"0\", expected a number from 1 to 65535");
  EXPECT_EQ(complaint(srun(), "SLURM_PROCID", "1.5"),
            "SLURM_PROCID: found \"1.5\", expected a number from 0 to 1");
}

}  // namespace
}  // namespace specbridge
