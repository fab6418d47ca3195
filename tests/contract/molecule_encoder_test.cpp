// What every MoleculeEncoder keeps to.
#include "encode/molecule_encoder.h"

#include <gtest/gtest.h>

#include <functional>

#include "encode/morgan_encoder.h"
#include "small_world.h"
#include "support/support.h"
#include "unit/encode/tiny_encoders.h"

namespace specbridge {
namespace {

void write_roberta(const std::filesystem::path& dir) {
  test::write_tiny_molecule_encoder(dir);
}

void write_morgan(const std::filesystem::path& dir) {
  MorganStatistics statistics;
  for (const auto& molecule : test::small_world().molecules) statistics.add(molecule);
  write_morgan_encoder(dir, statistics, 32, std::span(test::small_world().molecules).first(2),
                       Existing::refuse, {});
}

using Write = std::function<void(const std::filesystem::path&)>;

class MoleculeEncoderContract : public testing::TestWithParam<Write> {
 protected:
  std::unique_ptr<MoleculeEncoder> load(std::size_t threads = 1) const {
    return load_molecule_encoder(folder_ / "encoder", test::on_cpu(threads));
  }
  void SetUp() override { GetParam()(folder_ / "encoder"); }
  static std::vector<float> values(std::span<const float> row) { return {row.begin(), row.end()}; }

  const test::TemporaryFolder folder_;
  const std::vector<Molecule>& molecules_ = test::small_world().molecules;
};

TEST_P(MoleculeEncoderContract, ARowDependsOnItsOwnMoleculeOnly) {
  const auto encoder = load();
  const Matrix together = encoder->encode(molecules_);
  ASSERT_EQ(together.rows(), molecules_.size());
  ASSERT_EQ(together.cols(), encoder->dim());
  EXPECT_EQ(values(load(2)->encode(molecules_).values()), values(together.values()));
  for (std::size_t i = 0; i < molecules_.size(); ++i) {
    const Matrix alone = encoder->encode(std::span(molecules_).subspan(i, 1));
    EXPECT_EQ(values(alone.row(0)), values(together.row(i))) << i;
  }
}

TEST_P(MoleculeEncoderContract, RowsHaveUnitLength) {
  const Matrix rows = load()->encode(molecules_);
  for (std::size_t i = 0; i < rows.rows(); ++i) EXPECT_NEAR(dot(rows.row(i), rows.row(i)), 1, 1e-5);
}

TEST_P(MoleculeEncoderContract, EqualDirectoriesHaveEqualFingerprints) {
  EXPECT_EQ(load()->fingerprint(), load(2)->fingerprint());
  EXPECT_NE(load()->fingerprint(), "");
  EXPECT_NE(load()->architecture(), "");
}

TEST_P(MoleculeEncoderContract, NoMoleculesGiveNoRows) {
  EXPECT_EQ(load()->encode({}).rows(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Kinds, MoleculeEncoderContract,
                         testing::Values(Write(write_roberta), Write(write_morgan)));

}  // namespace
}  // namespace specbridge
