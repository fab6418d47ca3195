#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "library/postgres/catalogue_writer.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

/// Nothing but masses, of which some rows may count as gone.
class Masses final : public MoleculeLibrary {
 public:
  Masses(std::vector<double> masses, std::vector<RowRange> there)
      : masses_(std::move(masses)), there_(std::move(there)) {}
  std::size_t rows() const noexcept override { return masses_.size(); }
  StructureKey structure(std::size_t) const override { return {}; }
  double mass(std::size_t row) const override { return masses_[row]; }
  MoleculeText text(std::size_t) const override { return {}; }
  std::size_t dim() const noexcept override { return 1; }
  const std::string& molecule_encoder_fingerprint() const noexcept override { return none_; }
  const std::string& fingerprint() const noexcept override { return none_; }
  const RowStore& vectors() const noexcept override { std::abort(); }
  std::vector<RowRange> within(double, double) const override { return there_; }
  std::vector<std::size_t> with_formula(const std::string&) const override { return {}; }
  std::optional<std::size_t> find(const Molecule&) const override { return {}; }
  std::vector<std::vector<Neighbor>> nearest(MatrixView, std::size_t, IndexEffort) const override {
    return {};
  }

 private:
  std::vector<double> masses_;
  std::vector<RowRange> there_;
  std::string none_;
};

TEST(Export, TakesALibraryWhoseShardsGoOnInOneOrderOfMass) {
  check_order(Masses({1, 2, 2, 3}, {{0, 2}, {2, 4}}));
  check_order(Masses({}, {}));
}

TEST(Export, RefusesALibraryThatMoleculesWereAddedTo) {
  EXPECT_THROW(check_order(Masses({1, 3, 2, 4}, {{0, 2}, {2, 4}})), ArtifactError);
}

TEST(Export, RefusesALibraryThatMoleculesWereRemovedFrom) {
  EXPECT_THROW(check_order(Masses({1, 2, 3, 4}, {{0, 2}, {3, 4}})), ArtifactError);
}

}  // namespace
}  // namespace specbridge
