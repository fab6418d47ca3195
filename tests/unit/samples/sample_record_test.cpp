#include "samples/sample_record.h"

#include <gtest/gtest.h>

#include "specbridge/error.h"
#include "store/staging.h"
#include "support/support.h"

namespace specbridge {
namespace {

const SampleRule kRule = {SamplePool::codebook, 64, "model", "book"};

TEST(SampleRule, DiffersInWhateverMakesRowsAnother) {
  EXPECT_EQ(difference_of(kRule, kRule), "");
  const auto differs = [](auto change) {
    SampleRule other = kRule;
    change(other);
    return !difference_of(kRule, other).empty();
  };
  EXPECT_TRUE(differs([](SampleRule& rule) { rule.pool = SamplePool::mean; }));
  EXPECT_TRUE(differs([](SampleRule& rule) { rule.width = 65; }));
  EXPECT_TRUE(differs([](SampleRule& rule) { rule.model = "other"; }));
  EXPECT_TRUE(differs([](SampleRule& rule) { rule.codebook = "other"; }));
}

TEST(SampleRule, IsReadAsItIsWritten) {
  EXPECT_EQ(sample_rule(to_json(kRule), "here"), kRule);
  EXPECT_THROW(sample_rule(Json{{"pool", "mean"}}, "here"), ArtifactError);
  EXPECT_THROW(sample_rule(Json{{"pool", "median"}}, "here"), ArtifactError);
}

TEST(SampleRecord, StandsBesideItsArray) {
  EXPECT_EQ(sample_table_beside("x/s.npy"), "x/s.ids.tsv");
  EXPECT_EQ(sample_record_beside("x/s.npy"), "x/s.run.json");
  EXPECT_EQ(codebook_beside("x/s.npy"), "x/s.codebook.json");
}

TEST(SampleRecord, OfANewerProgramIsRefused) {
  const test::TemporaryFolder folder;
  Json json = to_json(SampleRecord{kRule});
  write_file(folder / "s.run.json", pretty(json));
  EXPECT_EQ(read_sample_record(folder / "s.npy").rule, kRule);
  json["schema_version"] = 2;
  write_file(folder / "s.run.json", pretty(json));
  EXPECT_THROW(read_sample_record(folder / "s.npy"), ArtifactError);
}

TEST(SamplePools, AreReadByTheirNames) {
  for (const auto pool : {SamplePool::mean, SamplePool::mean_deviation, SamplePool::weighted,
                          SamplePool::codebook, SamplePool::words, SamplePool::precursors}) {
    EXPECT_EQ(parse_sample_pool(to_string(pool)), pool);
  }
  EXPECT_THROW(parse_sample_pool("median"), UsageError);
}

}  // namespace
}  // namespace specbridge
