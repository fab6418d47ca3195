#include "samples/sample_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "specbridge/error.h"
#include "store/encoded/numpy_array.h"
#include "store/file.h"
#include "store/staging.h"
#include "support/support.h"

namespace specbridge {
namespace {

using Names = std::vector<std::string>;

TEST(SampleNames, AreThoseOfFilesWithoutEndings) {
  EXPECT_EQ(sample_names({"runs/a.mzML", "b.mgf.gz", "c.d", "e.MGF"}),
            (Names{"a", "b", "c.d", "e"}));
}

TEST(SampleNames, OfFilesOfOneNameHaveTheirFolders) {
  EXPECT_EQ(sample_names({"x/a.mzML", "y/a.mzML", "y/b.mzML"}), (Names{"x/a", "y/a", "b"}));
}

TEST(SampleNames, RefuseAFileThatIsGivenTwice) {
  EXPECT_EQ(test::message_of([] {
              sample_names({"a.mgf", "./a.mgf"});
            }),
            "./a.mgf: is given twice; a file is one sample");
}

/// Two samples, one of which has a row.
class WrittenSamples {
 public:
  WrittenSamples() {
    Matrix rows(1, 2);
    rows.row(0)[1] = 3;
    std::string bytes = npy_header(1, 2);
    bytes.append(reinterpret_cast<const char*>(rows.values().data()), 8);
    write_file(vectors, bytes);
    const Sample good{"a", "runs/a.mgf", 7, 5, 2, 0};
    Sample bad{"b", "runs/b.mgf"};
    bad.status = "no_ms2";
    bad.message = "holds no MS2 spectrum";
    write_file(sample_table_beside(vectors),
               std::string(kSampleColumns) + sample_line(good) + sample_line(bad));
    SampleRecord record{{SamplePool::words, 2, "", "abc"}};
    record.codebook = "book.json";
    record.blanks = {"blank.mgf"};
    record.vectors_sha256 = sha256_of_file(vectors);
    record.ids_sha256 = sha256_of_file(sample_table_beside(vectors));
    write_file(sample_record_beside(vectors), pretty(to_json(record)));
  }
  test::TemporaryFolder folder;
  std::filesystem::path vectors = folder / "samples.npy";
};

TEST(ReadSamples, GivesWhatWasWritten) {
  const WrittenSamples written;
  const auto table = read_samples(written.vectors);
  ASSERT_EQ(table.samples.size(), 2U);
  EXPECT_EQ(table.samples[0].name, "a");
  EXPECT_EQ(table.samples[0].spectra, 7U);
  EXPECT_EQ(table.samples[0].used, 5U);
  EXPECT_EQ(table.samples[0].in_blanks, 2U);
  EXPECT_EQ(table.samples[0].row, 0U);
  EXPECT_FALSE(table.samples[1].row);
  EXPECT_EQ(table.samples[1].message, "holds no MS2 spectrum");
  EXPECT_EQ(table.rows.row(0)[1], 3);
  EXPECT_EQ(table.record.rule, (SampleRule{SamplePool::words, 2, "", "abc"}));
  EXPECT_EQ(table.record.codebook, "book.json");
  EXPECT_EQ(table.record.blanks.size(), 1U);
}

TEST(ReadSamples, RefuseAnArrayThatIsNotOfTheRecord) {
  const WrittenSamples written;
  std::string bytes = test::slurp(written.vectors);
  bytes.back() ^= 1;
  write_file(written.vectors, bytes);
  EXPECT_THROW(read_samples(written.vectors), ArtifactError);
}

TEST(ReadSamples, RefuseAnArrayWithoutItsRecord) {
  const WrittenSamples written;
  std::filesystem::remove(sample_record_beside(written.vectors));
  EXPECT_THROW(read_samples(written.vectors), ArtifactError);
}

}  // namespace
}  // namespace specbridge
