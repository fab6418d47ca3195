#include "encode/morgan_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "encode/molecule_encoder.h"
#include "encode/morgan_table.h"
#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "support/support.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::FloatNear;

RunContext with_threads(std::size_t threads) {
  RunContext context;
  context.threads = threads;
  return context;
}

Molecule molecule(const std::string& smiles) {
  return std::get<Molecule>(standardize(smiles));
}

class WrittenMorganEncoder : public testing::Test {
 protected:
  WrittenMorganEncoder() {
    for (const char* smiles : {"CCO", "CC", "CCN"}) molecules_.push_back(molecule(smiles));
    for (const Molecule& each : molecules_) statistics_.add(each);
  }
  fs::path dir() const { return folder_ / "encoder"; }
  void write(Existing existing = Existing::refuse) const {
    write_morgan_encoder(dir(), statistics_, 8, molecules_, existing, with_threads(1));
  }
  test::TemporaryFolder folder_;
  std::vector<Molecule> molecules_;
  MorganStatistics statistics_{2};
};

TEST_F(WrittenMorganEncoder, CountsTheMoleculesThatHoldAnEnvironment) {
  EXPECT_EQ(statistics_.molecules(), 3U);
  EXPECT_EQ(statistics_.frequencies().size(), 10U);
  EXPECT_EQ(statistics_.frequencies().at(2246728737), 3U);  // the methyl group, in all three
  EXPECT_EQ(statistics_.frequencies().at(864662311), 1U);   // the hydroxyl group
}

TEST_F(WrittenMorganEncoder, WeighsCountsByRarityAndHashesThemWithSigns) {
  write();
  const auto encoder = load_molecule_encoder(dir(), with_threads(1));
  const std::vector<Molecule> molecules = {molecule("OCC"), molecule("CCCl")};
  const Matrix vectors = encoder->encode(molecules);
  // Calculated by a script from the definition, with RDKit's environments and xxHash64 from its
  // specification. Chloroethane has environments that the statistics never saw.
  constexpr float kRounding = 1e-6F;
  const auto near = [](double value) { return FloatNear(static_cast<float>(value), kRounding); };
  EXPECT_THAT(vectors.row(0), ElementsAre(near(-0.8624176), near(-0.3579356), near(0), near(0),
                                          near(0), near(0), near(-0.3579356), near(0)));
  EXPECT_THAT(vectors.row(1), ElementsAre(near(0), near(0.3688991), near(0), near(0), near(0),
                                          near(0.6306372), near(-0.2617381), near(0.6306372)));
}

TEST_F(WrittenMorganEncoder, GivesTheSameBytesOnAnyNumberOfThreads) {
  write();
  std::vector<Molecule> many;
  for (int i = 0; i < 40; ++i) many.push_back(molecules_[static_cast<std::size_t>(i % 3)]);
  const Matrix one = load_molecule_encoder(dir(), with_threads(1))->encode(many);
  const Matrix two = load_molecule_encoder(dir(), with_threads(2))->encode(many);
  EXPECT_TRUE(std::equal(one.values().begin(), one.values().end(), two.values().begin()));
}

TEST_F(WrittenMorganEncoder, GivesAZeroRowWhenNothingIsRare) {
  MorganStatistics methane(2);
  methane.add(molecule("C"));
  const std::vector<Molecule> golden = {molecule("C")};
  write_morgan_encoder(dir(), methane, 4, golden, Existing::refuse, with_threads(1));
  const Matrix vectors = load_molecule_encoder(dir(), with_threads(1))->encode(golden);
  EXPECT_THAT(vectors.row(0), ElementsAre(0, 0, 0, 0));
}

TEST_F(WrittenMorganEncoder, HasAFingerprintOfItsTableAndSettings) {
  write();
  const std::string first = load_molecule_encoder(dir(), with_threads(1))->fingerprint();
  EXPECT_EQ(first.size(), 64U);
  write(Existing::replace);
  EXPECT_EQ(load_molecule_encoder(dir(), with_threads(1))->fingerprint(), first);
  statistics_.add(molecule("CCO"));
  write(Existing::replace);
  EXPECT_NE(load_molecule_encoder(dir(), with_threads(1))->fingerprint(), first);
}

TEST_F(WrittenMorganEncoder, DoesNotReplaceWhatIsThereUnasked) {
  write();
  EXPECT_THROW(write(), OutputError);
}

TEST_F(WrittenMorganEncoder, RefusesToBeMadeOfNoMolecule) {
  EXPECT_EQ(test::message_of([&] {
              write_morgan_encoder(dir(), MorganStatistics(2), 8, molecules_, Existing::refuse,
                                   with_threads(1));
            }),
            "a morgan encoder needs at least one molecule");
  EXPECT_FALSE(fs::exists(dir()));
}

TEST_F(WrittenMorganEncoder, IsRefusedWhenItsTableWasChanged) {
  write();
  std::string table = test::slurp(dir() / "idf.tsv");
  table.back() = ' ';
  folder_.write("encoder/idf.tsv", table);
  EXPECT_THROW(load_molecule_encoder(dir(), with_threads(1)), ArtifactError);
}

std::string refusal_of(const std::string& table) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.write("idf.tsv", table);
  const std::string message = test::message_of([&] { read_morgan_table(file); });
  return message.empty()
             ? ""
             : message.substr(file.string().size(), message.find(',') - file.string().size());
}

TEST(MorganTable, ReadsWhatIsWritten) {
  MorganStatistics statistics(0);
  statistics.add(molecule("CC"));
  statistics.add(molecule("CO"));
  EXPECT_EQ(to_text(statistics), "molecules\t2\n864662311\t1\n2246728737\t2\n");
  EXPECT_EQ(refusal_of(to_text(statistics)), "");
}

TEST(MorganTable, NamesTheLineThatIsWrong) {
  EXPECT_EQ(refusal_of(""), ":0: found \"\"");
  EXPECT_EQ(refusal_of("N\t5\n"), ":1: found \"N 5\"");
  EXPECT_EQ(refusal_of("molecules\t0\n"), ":1: found \"molecules 0\"");
  EXPECT_EQ(refusal_of("molecules\t5\n7\t6\n"), ":2: found \"7 6\"");
  EXPECT_EQ(refusal_of("molecules\t5\n7\t1\n7\t1\n"), ":3: found \"7 1\"");
  EXPECT_EQ(refusal_of("molecules\t5\n4294967296\t1\n"), ":2: found \"4294967296 1\"");
  EXPECT_EQ(refusal_of("molecules\t5\n-1\t1\n"), ":2: found \"-1 1\"");
}

}  // namespace
}  // namespace specbridge
