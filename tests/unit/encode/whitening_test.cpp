#include "encode/whitening.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "chem/molecule.h"
#include "encode/molecule_encoder.h"
#include "encode/morgan_encoder.h"
#include "encode/whitened_encoder.h"
#include "specbridge/error.h"
#include "store/manifest.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::message_of;
using test::TemporaryFolder;

/// Vectors about a common direction that vary much in some numbers and little in others.
Matrix skewed_vectors(std::size_t count, std::size_t dim, std::uint64_t seed) {
  Random random(seed);
  Matrix rows(count, dim);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < dim; ++j) {
      rows.row(i)[j] = static_cast<float>(3 + random.normal() / static_cast<double>(1 + j) +
                                          (j > 0 ? 0.5 * rows.row(i)[j - 1] : 0));
    }
    normalize(rows.row(i));
  }
  return rows;
}

std::string text_of(const Matrix& rows) {
  std::ostringstream text;
  text.precision(9);
  for (const float value : rows.values()) text << value << "\n";
  return text.str();
}

Matrix applied(const Whitening& whitening, const Matrix& vectors) {
  Matrix seen(vectors.rows(), whitening.dim());
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    whitening.apply(vectors.row(i), seen.row(i));
  }
  return seen;
}

constexpr const char* kWhiteningOracle = R"(
import sys, numpy
x = numpy.loadtxt(sys.argv[1]).reshape(-1, 8)
mean = x.mean(0)
values, directions = numpy.linalg.eigh(numpy.cov((x - mean).T))
y = (x - mean) @ directions / numpy.sqrt(values)
y /= numpy.linalg.norm(y, axis=1, keepdims=True)
for row in y[:20] @ y[:20].T:
    print(*row)
)";

TEST(Whitening, GivesTheCosinesOfNumPysWhitening) {
  if (!std::filesystem::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const TemporaryFolder folder;
  const Matrix vectors = skewed_vectors(500, 8, 1);
  const auto numbers = folder.write("vectors.txt", text_of(vectors));
  const auto script = folder.write("oracle.py", kWhiteningOracle);
  const auto oracle =
      test::run(test::python().string() + " " + script.string() + " " + numbers.string());
  ASSERT_EQ(oracle.exit_code, 0) << oracle.err;
  const Matrix seen = applied(fit_whitening(vectors.view(), Seen::whitened), vectors);
  std::istringstream lines(oracle.out);
  for (std::size_t i = 0; i < 20; ++i) {
    for (std::size_t j = 0; j < 20; ++j) {
      double expected = 0;
      lines >> expected;
      EXPECT_NEAR(dot(seen.row(i), seen.row(j)), expected, 1e-4) << i << " " << j;
    }
  }
}

TEST(Whitening, SpreadsVectorsThatPointTheSameWay) {
  const Matrix vectors = skewed_vectors(500, 8, 2);
  const auto mean_cosine = [](const Matrix& rows) {
    double sum = 0;
    for (std::size_t i = 1; i < rows.rows(); ++i) sum += dot(rows.row(0), rows.row(i));
    return sum / static_cast<double>(rows.rows() - 1);
  };
  EXPECT_GT(mean_cosine(vectors), 0.9);
  for (const Seen seen : {Seen::centred, Seen::whitened}) {
    EXPECT_LT(std::abs(mean_cosine(applied(fit_whitening(vectors.view(), seen), vectors))), 0.2);
  }
}

TEST(Whitening, LeavesOutDirectionsThatNothingFills) {
  Matrix vectors = skewed_vectors(100, 8, 3);
  for (std::size_t i = 0; i < vectors.rows(); ++i) vectors.row(i)[7] = vectors.row(i)[6];
  const Whitening whitening = fit_whitening(vectors.view(), Seen::whitened);
  EXPECT_EQ(whitening.dim(), 7U);
  EXPECT_EQ(fit_whitening(skewed_vectors(4, 8, 4).view(), Seen::whitened).dim(), 3U);
}

TEST(Whitening, LeavesRowsOfZerosOut) {
  Matrix with_zeros = skewed_vectors(101, 8, 5);
  std::ranges::fill(with_zeros.row(100), 0.0F);
  const Matrix without(skewed_vectors(100, 8, 5));
  const Whitening one = fit_whitening(with_zeros.view(), Seen::whitened);
  const Whitening other = fit_whitening(without.view(), Seen::whitened);
  EXPECT_EQ(one.mean, other.mean);
}

TEST(Whitening, NeedsVectorsThatDiffer) {
  Matrix equal(5, 3);
  for (std::size_t i = 0; i < 5; ++i) equal.row(i)[1] = 1;
  EXPECT_THROW(fit_whitening(equal.view(), Seen::whitened), std::invalid_argument);
  EXPECT_THROW(fit_whitening(Matrix(0, 3).view(), Seen::centred), std::invalid_argument);
}

std::vector<Molecule> some_alcohols() {
  std::vector<Molecule> molecules;
  for (const char* smiles : {"CO", "CCO", "CCCO", "CC(C)O", "CCCCO", "OCCO", "c1ccccc1O", "NCCO",
                             "OCC(O)CO", "CC(C)(C)O"}) {
    molecules.push_back(std::get<Molecule>(standardize(smiles)));
  }
  return molecules;
}

class WhitenedEncoderFiles : public testing::Test {
 protected:
  WhitenedEncoderFiles() : molecules_(some_alcohols()) {
    MorganStatistics statistics{2};
    for (const auto& molecule : molecules_) statistics.add(molecule);
    write_morgan_encoder(folder_ / "base", statistics, 32, molecules_, Existing::refuse, {});
    const auto base = load_molecule_encoder(folder_ / "base", {});
    whitening_ = fit_whitening(base->encode(molecules_).view(), Seen::whitened);
    write_whitened_encoder(folder_ / "base", whitening_, folder_ / "whitened");
  }
  TemporaryFolder folder_;
  std::vector<Molecule> molecules_;
  Whitening whitening_;
};

TEST_F(WhitenedEncoderFiles, GiveWhatTheWhiteningMakesOfTheOtherEncodersVectors) {
  const auto base = load_molecule_encoder(folder_ / "base", {});
  const auto encoder = load_molecule_encoder(folder_ / "whitened", {});
  EXPECT_EQ(encoder->dim(), whitening_.dim());
  EXPECT_EQ(encoder->architecture(), "whitened morgan");
  EXPECT_NE(encoder->fingerprint(), base->fingerprint());
  const Matrix expected = applied(whitening_, base->encode(molecules_));
  const Matrix found = encoder->encode(molecules_);
  EXPECT_TRUE(std::ranges::equal(found.values(), expected.values()));
  const Matrix alone = encoder->encode(std::span(molecules_).subspan(3, 1));
  EXPECT_TRUE(std::ranges::equal(alone.row(0), expected.row(3)));
}

TEST_F(WhitenedEncoderFiles, AreRefusedWhereOneWasChanged) {
  std::string bytes = test::slurp(folder_ / "whitened/whitening.f32");
  bytes[100] = static_cast<char>(bytes[100] ^ 1);
  folder_.write("whitened/whitening.f32", bytes);
  EXPECT_THROW(load_molecule_encoder(folder_ / "whitened", {}), ArtifactError);
}

TEST_F(WhitenedEncoderFiles, CanBeWhitenedAgain) {
  const auto once = load_molecule_encoder(folder_ / "whitened", {});
  const Whitening again = fit_whitening(once->encode(molecules_).view(), Seen::centred);
  write_whitened_encoder(folder_ / "whitened", again, folder_ / "twice");
  EXPECT_EQ(load_molecule_encoder(folder_ / "twice", {})->architecture(),
            "whitened whitened morgan");
}

}  // namespace
}  // namespace specbridge
