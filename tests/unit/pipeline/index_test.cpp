#include "specbridge/index.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "library/library.h"
#include "pipeline/info.h"
#include "pipeline/make_encoder.h"
#include "specbridge/error.h"
#include "support/support.h"
#include "unit/search/samples.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using test::message_of;
using test::TemporaryFolder;

/// A Morgan encoder and a table with duplicates and rows that are no molecules.
class IndexVerb : public ::testing::Test {
 protected:
  IndexVerb() {
    table_ = folder_.write("in.smi",
                           "a\tOCC\nb\tCCO\nc\tC1CC\nd\tCCCCO\ne\tc1ccccc1\nf\tC(O)C\n"
                           "g\t[Xx]\nh\tCC(=O)Oc1ccccc1C(=O)O\n");
    MorganConfig morgan;
    morgan.molecules = {table_};
    morgan.out = folder_ / "encoder";
    morgan.dim = 32;
    morgan_ = run_make_morgan(morgan, {});
  }

  IndexConfig config(const std::string& out = "lib") const {
    IndexConfig config;
    config.molecules = {table_};
    config.encoder = folder_ / "encoder";
    config.out = folder_ / out;
    return config;
  }

  TemporaryFolder folder_;
  fs::path table_;
  MorganReport morgan_;
};

TEST_F(IndexVerb, AccountsForEveryRow) {
  const IndexReport report = run_index(config(), {});
  EXPECT_EQ(report.read, 8U);
  EXPECT_EQ(report.rows, 4U);
  EXPECT_EQ(report.duplicates, 2U);
  EXPECT_EQ(report.rejected, 2U);
  const Library library = Library::open(folder_ / "lib");
  EXPECT_EQ(library.rows(), 4U);
  for (const char* smiles : {"OCC", "OCCCC", "C1=CC=CC=C1", "O=C(O)c1ccccc1OC(C)=O"}) {
    EXPECT_TRUE(library.find(test::molecule(smiles)).has_value()) << smiles;
  }
  EXPECT_EQ(library.text(0).id, "a");  // of equal molecules the first
}

TEST_F(IndexVerb, NamesEveryRejectedRow) {
  run_index(config(), {});
  const std::string rejects = test::slurp(folder_ / "lib/rejects.tsv");
  const std::string file = table_.string();
  EXPECT_TRUE(rejects.starts_with("file\tline\tid\tsmiles\treason\tmessage\n" + file +
                                  "\t3\tc\tC1CC\tnot_smiles\t"))
      << rejects;
  EXPECT_NE(rejects.find("\n" + file + "\t7\tg\t[Xx]\t"), std::string::npos) << rejects;
}

TEST_F(IndexVerb, WritesTheSameBytesOnAnyNumberOfThreads) {
  RunContext four;
  four.threads = 4;
  run_index(config("one"), {});
  run_index(config("four"), four);
  EXPECT_EQ(test::slurp(folder_ / "one/manifest.json"),
            test::slurp(folder_ / "four/manifest.json"));
}

TEST_F(IndexVerb, LeavesNothingTemporaryBehind) {
  run_index(config(), {});
  EXPECT_FALSE(fs::exists(folder_ / "lib/spill.tmp"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 3);
}

TEST_F(IndexVerb, RefusesATableWithoutMoleculesAndLeavesNothing) {
  IndexConfig broken = config();
  broken.molecules = {folder_.write("none.smi", "1\tC*\n2\tN*\n")};
  EXPECT_EQ(message_of([&] { run_index(broken, {}); }),
            broken.molecules[0].string() + ": none of 2 rows is a molecule");
  EXPECT_FALSE(fs::exists(folder_ / "lib"));
}

TEST_F(IndexVerb, RefusesAFaissStringBeforeTheWork) {
  IndexConfig broken = config();
  broken.faiss = "Flatt";
  EXPECT_THROW(run_index(broken, {}), UsageError);
  EXPECT_FALSE(fs::exists(folder_ / "lib"));
}

TEST_F(IndexVerb, NeedsExactlyOneEncoder) {
  IndexConfig broken = config();
  broken.model = folder_ / "model";
  EXPECT_EQ(message_of([&] { run_index(broken, {}); }),
            "index: expected either --encoder or --model");
}

TEST_F(IndexVerb, OfTheEncodersTableCountsWhatItUsed) {
  EXPECT_EQ(morgan_.read, 8U);
  EXPECT_EQ(morgan_.used, 4U);
  EXPECT_EQ(morgan_.duplicates, 2U);
  EXPECT_EQ(morgan_.rejected, 2U);
}

TEST_F(IndexVerb, InfoTellsWhatALibraryIsAndWhetherItIsWhole) {
  run_index(config(), {});
  ArtifactInfo info = run_info(folder_ / "lib");
  EXPECT_EQ(info.facts.front(), std::pair(std::string("kind"), std::string("library")));
  EXPECT_EQ(info.facts.back(), std::pair(std::string("checksums"), std::string("all hold")));
  EXPECT_EQ(info.damage, "");
  folder_.write("lib/rejects.tsv", "changed");
  info = run_info(folder_ / "lib");
  EXPECT_EQ(info.facts.back(), std::pair(std::string("checksums"), std::string("DO NOT HOLD")));
  EXPECT_TRUE(info.damage.starts_with((folder_ / "lib/rejects.tsv").string() + ": has 7 bytes"));
}

TEST_F(IndexVerb, InfoTakesAManifestOfAnotherFormWithoutACrash) {
  run_index(config(), {});
  folder_.write("lib/manifest.json",
                R"({"artifact": "library", "made_by": "me", "files": {"a": {"size": "x"}}})");
  const ArtifactInfo info = run_info(folder_ / "lib");
  EXPECT_EQ(info.facts[1], std::pair(std::string("made by"), std::string("? ?")));
  EXPECT_EQ(info.damage, (folder_ / "lib/manifest.json").string() + ": lacks \"format_version\"");
}

}  // namespace
}  // namespace specbridge
