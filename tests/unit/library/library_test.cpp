#include "library/library.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "small_library.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::made_up;
using test::TemporaryFolder;

const std::vector<Molecule> kMolecules = {
    made_up("CCO", 46.0, "C2H6O"),
    made_up("COC", 46.0, "C2H6O"),
    made_up("CCN", 50.5, "C2H7N"),
    made_up("CN(C)C", 60.0, "C3H9N"),
    made_up("C[N+](C)C", 60.0, "C3H9N+", 1),
    made_up("CCCCO", 74.0, "C4H10O"),
    made_up("O=C([O-])C", 80.0, "C2H3O2-", -1),
};

class OpenLibrary : public ::testing::Test {
 protected:
  OpenLibrary() : vectors_(test::unit_rows(kMolecules.size(), 20)) {
    test::write_library(folder_ / "lib", kMolecules, vectors_);
    library_.emplace(Library::open(folder_ / "lib"));
  }

  /// The one range of rows within a window; 0 and 0: it has none.
  std::pair<std::size_t, std::size_t> slice(double low, double high) const {
    const auto ranges = library_->within(low, high);
    EXPECT_LE(ranges.size(), 1U);
    return ranges.empty() ? std::pair<std::size_t, std::size_t>()
                          : std::pair(ranges.front().first, ranges.front().last);
  }

  /// Of the rows of a range.
  std::vector<float> scores_of(std::span<const float> query, RowRange range) const {
    std::vector<float> scores(range.size());
    library_->vectors().scores(query, RowSet(std::vector<RowRange>{range}), scores);
    return scores;
  }

  TemporaryFolder folder_;
  Matrix vectors_;
  std::optional<Library> library_;
};

TEST_F(OpenLibrary, KeysTellStructuresAsTheirTextsDo) {
  for (std::size_t a = 0; a < library_->rows(); ++a) {
    for (std::size_t b = 0; b < library_->rows(); ++b) {
      EXPECT_EQ(library_->structure(a) == library_->structure(b),
                library_->text(a).inchikey14 == library_->text(b).inchikey14);
    }
  }
}

using Slice = std::pair<std::size_t, std::size_t>;
using Rows = std::vector<std::size_t>;

TEST_F(OpenLibrary, GivesBackEveryRow) {
  EXPECT_EQ(library_->rows(), kMolecules.size());
  EXPECT_EQ(library_->dim(), 20U);
  EXPECT_EQ(library_->molecule_encoder_fingerprint(), "fingerprint");
  EXPECT_EQ(library_->fingerprint(), sha256_of_file(folder_ / "lib/manifest.json"));
  for (std::size_t row = 0; row < kMolecules.size(); ++row) {
    const MoleculeText entry = library_->text(row);
    EXPECT_EQ(entry.id, "id" + std::to_string(row));
    EXPECT_EQ(entry.smiles, kMolecules[row].smiles());
    EXPECT_EQ(entry.inchikey14, kMolecules[row].inchikey14());
    EXPECT_EQ(entry.formula, kMolecules[row].formula());
    EXPECT_EQ(entry.exact_mass, kMolecules[row].exact_mass());
    EXPECT_EQ(entry.charge, kMolecules[row].charge());
    std::vector<float> vector(20);
    library_->vectors().decode(RowSet({RowRange{row, row + 1}}), vector);
    EXPECT_TRUE(std::ranges::equal(vector, vectors_.row(row)));
  }
}

TEST_F(OpenLibrary, RefusesARowThatIsNotThere) {
  EXPECT_THROW(library_->text(kMolecules.size()), ArtifactError);
  EXPECT_THROW(library_->mass(kMolecules.size()), ArtifactError);
}

TEST_F(OpenLibrary, MassSliceHoldsBothBoundaries) {
  EXPECT_EQ(slice(46.0, 60.0), Slice(0, 5));
  EXPECT_EQ(slice(50.5, 50.5), Slice(2, 3));
  EXPECT_EQ(slice(46.0, 46.0), Slice(0, 2));
  EXPECT_EQ(slice(80.0, 80.0), Slice(6, 7));
}

TEST_F(OpenLibrary, MassSliceEndsOneStepBeyondTheBoundary) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto below = [&](double mass) { return std::nextafter(mass, -infinity); };
  const auto above = [&](double mass) { return std::nextafter(mass, infinity); };
  EXPECT_EQ(slice(above(46.0), below(60.0)), Slice(2, 3));
  EXPECT_EQ(slice(above(50.5), 55).second - slice(above(50.5), 55).first, 0U);
  EXPECT_EQ(slice(0, below(46.0)), Slice(0, 0));
  EXPECT_EQ(slice(above(80.0), 1000), Slice(0, 0));
}

TEST_F(OpenLibrary, MassSliceOfAnEmptyOrReversedWindowIsEmpty) {
  EXPECT_TRUE(library_->within(47, 48).empty());
  EXPECT_TRUE(library_->within(60, 46).empty());
  EXPECT_EQ(slice(-1e9, 1e9), Slice(0, 7));
}

TEST_F(OpenLibrary, FindsAMoleculeByItsSpellingAndMass) {
  for (std::size_t row = 0; row < kMolecules.size(); ++row) {
    EXPECT_EQ(library_->find(kMolecules[row]), row);
  }
  EXPECT_EQ(library_->find(made_up("CCO", 46.1)), std::nullopt);
  EXPECT_EQ(library_->find(made_up("CXO", 46.0)), std::nullopt);
  EXPECT_EQ(library_->find(made_up("A", 46.0)), std::nullopt);
  EXPECT_EQ(library_->find(made_up("Z", 46.0)), std::nullopt);
}

TEST_F(OpenLibrary, ScoresEqualTheInnerProducts) {
  const Matrix query = test::unit_rows(1, 20, 9);
  const auto scores = scores_of(query.row(0), {1, 6});
  ASSERT_EQ(scores.size(), 5U);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    double expected = 0;
    for (std::size_t c = 0; c < 20; ++c) {
      expected += static_cast<double>(query.row(0)[c]) * vectors_.row(i + 1)[c];
    }
    EXPECT_NEAR(scores[i], expected, 1e-6);  // 20 float32 products of a sum below 1
  }
  EXPECT_TRUE(scores_of(query.row(0), {3, 3}).empty());
}

TEST_F(OpenLibrary, RefusesAQueryOfAnotherDimension) {
  const Matrix query = test::unit_rows(1, 19);
  EXPECT_EQ(test::message_of([&] {
              scores_of(query.row(0), {0, 1});
            }),
            "a query of 19 dimensions for rows of 20");
}

TEST_F(OpenLibrary, NearestAreThoseOfBruteForce) {
  const Matrix queries = test::unit_rows(4, 20, 3);
  const auto found = library_->nearest(queries.view(), 3, {});
  for (std::size_t q = 0; q < 4; ++q) {
    const auto scores = scores_of(queries.row(q), {0, kMolecules.size()});
    std::size_t best = 0;
    for (std::size_t row = 1; row < scores.size(); ++row) {
      if (scores[row] > scores[best]) best = row;
    }
    ASSERT_EQ(found[q].size(), 3U);
    EXPECT_EQ(found[q][0].row, best);
  }
}

TEST(Library, GivesTheRowsOfAFormulaWhateverTheirCharge) {
  const TemporaryFolder folder;
  // Source of the masses: the sums of the atoms' monoisotopic masses, and of an electron's.
  const std::vector<Molecule> molecules = {made_up("CCO", 46.0418648, "C2H6O"),
                                           made_up("COC", 46.0418648, "C2H6O"),
                                           made_up("CC([O-])=O", 59.0138530, "C2H3O2-", -1),
                                           made_up("CN(C)C", 59.0734993, "C3H9N"),
                                           made_up("[CH3][NH](C)C", 60.0807757, "C3H10N+", 1),
                                           made_up("CCCO", 60.0575149, "C3H8O")};
  std::vector<Molecule> ordered = molecules;
  std::ranges::sort(ordered, {}, [](const Molecule& m) { return m.exact_mass(); });
  test::write_library(folder / "lib", ordered, test::unit_rows(6, 4));
  const Library library = Library::open(folder / "lib");
  EXPECT_EQ(library.with_formula("C2H6O"), (Rows{0, 1}));
  EXPECT_EQ(library.with_formula("C2H3O2"), Rows{2});
  EXPECT_EQ(library.with_formula("C3H9N"), Rows{3});
  EXPECT_EQ(library.with_formula("C3H8O"), Rows{4});
  EXPECT_EQ(library.with_formula("C3H10N"), Rows{5});
  EXPECT_EQ(library.with_formula("C9H9"), Rows{});
}

TEST(Library, OfNoMoleculesIsALibraryToo) {
  const TemporaryFolder folder;
  test::write_library(folder / "lib", {}, Matrix(0, 8));
  const Library library = Library::open(folder / "lib");
  EXPECT_EQ(library.rows(), 0U);
  EXPECT_TRUE(library.within(0, 1000).empty());
  EXPECT_TRUE(library.with_formula("CH4").empty());
  EXPECT_EQ(library.find(made_up("C", 16)), std::nullopt);
  EXPECT_TRUE(library.nearest(test::unit_rows(1, 8).view(), 5, {})[0].empty());
}

TEST(Library, FindsEveryOneOfManyOfOneMass) {
  const TemporaryFolder folder;
  std::vector<Molecule> molecules;
  for (int i = 100; i < 400; ++i) molecules.push_back(made_up("C" + std::to_string(i), 100));
  test::write_library(folder / "lib", molecules, test::unit_rows(molecules.size(), 4));
  const Library library = Library::open(folder / "lib");
  for (std::size_t row = 0; row < molecules.size(); ++row) {
    EXPECT_EQ(library.find(molecules[row]), row);
  }
}

}  // namespace
}  // namespace specbridge
