#include "library/spectra/spectral_library.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "chem/morgan.h"
#include "small_spectra.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/staging.h"
#include "support/sealed_manifest.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::SmallRecord;
using test::TemporaryFolder;

/// Changes the manifest of a library, which stays a whole one.
template <typename Change>
void reseal(const std::filesystem::path& dir, Change&& change) {
  Json manifest = parse_json(read_file(dir / "manifest.json"), "manifest");
  change(manifest);
  write_file(dir / "manifest.json", test::sealed(manifest));
}

const std::vector<SmallRecord> kRecords = {
    {300.123456, {{100.000001, 50}, {150.5, 100}}, "late"},
    {200.5, {{80.25, 10}, {90.75, 5}}, "early", -1, "CCN", 45},
    {200.5, {{80.25, 20}, {90.75, 10}}, "again", -1, "CCN", 45},
    {200.5, {{80.25, 10}, {90.75, 5}}, "other compound", -1, "CCO", 46},
};

class SmallSpectralLibrary : public ::testing::Test {
 protected:
  SmallSpectralLibrary()
      : duplicates_(test::write_spectral_library(folder_ / "lib", kRecords)),
        library_(SpectralLibrary::open(folder_ / "lib")) {}

  TemporaryFolder folder_;
  std::size_t duplicates_;
  SpectralLibrary library_;
};

TEST_F(SmallSpectralLibrary, IsInOrderOfPrecursorThenArrival) {
  ASSERT_EQ(library_.spectra(), 3U);
  EXPECT_EQ(library_.text(0).id, "early");
  EXPECT_EQ(library_.text(1).id, "other compound");
  EXPECT_EQ(library_.text(2).id, "late");
  EXPECT_EQ(library_.precursor_mz(2), 300.123456);
}

TEST_F(SmallSpectralLibrary, ASpectrumWithTheSamePeaksOfTheSameMoleculeIsADuplicate) {
  EXPECT_EQ(duplicates_, 1U);  // "again": intensities are shares of the base peak
}

TEST(RetentionIndices, AreKeptWhereOneIsStatedAndWithoutThemThereIsNoFile) {
  TemporaryFolder folder;
  const std::vector<SmallRecord> records = {
      {0, {{55, 50}, {67, 100}}, "first", 1, "CCO", 46, {}},
      {0, {{55, 50}, {67, 90}}, "second", 1, "CCN", 45, 1840.5},
      {300, {{55, 50}, {67, 90}}, "third", 1, "CCN", 45, {}}};
  test::write_spectral_library(folder / "lib", records, "ei");
  const auto library = SpectralLibrary::open(folder / "lib");
  EXPECT_FALSE(library.retention_index(0));
  EXPECT_EQ(library.retention_index(1), 1840.5);
  EXPECT_FALSE(library.retention_index(2));
  EXPECT_EQ(library.of_kind(SpectrumKind::electron).size(), 2U);
  EXPECT_FALSE(library.stated_precursor(0));
  EXPECT_EQ(library.stated_precursor(2), 300);
  test::write_spectral_library(folder / "none", kRecords);
  EXPECT_FALSE(std::filesystem::exists(folder / "none" / "retention_indices.f32"));
  EXPECT_FALSE(SpectralLibrary::open(folder / "none").retention_index(0));
}

TEST_F(SmallSpectralLibrary, KeepsMzToTheSixthDecimal) {
  const auto peaks = library_.peaks(2);
  ASSERT_EQ(peaks.size(), 2U);
  EXPECT_DOUBLE_EQ(peaks[0].mz, 100.000001);
  EXPECT_FLOAT_EQ(static_cast<float>(peaks[0].intensity), 0.5F);
  EXPECT_EQ(peaks[1].intensity, 1.0);
}

TEST_F(SmallSpectralLibrary, TellsWhatTheRecordStates) {
  const SpectrumText text = library_.text(2);
  EXPECT_EQ(text.compound, "name");
  EXPECT_EQ(text.adduct, "[M+H]+");
  EXPECT_EQ(text.collision_energy, "20 eV");
  EXPECT_EQ(text.instrument, "QTOF");
  EXPECT_EQ(text.licence, "CC0");
  EXPECT_EQ(text.file, "file.mgf");
  EXPECT_EQ(library_.polarity(0), -1);
  EXPECT_EQ(library_.polarity(2), 1);
}

TEST_F(SmallSpectralLibrary, SpectraOfOneCompoundHaveOneMolecule) {
  ASSERT_EQ(library_.molecules().rows(), 2U);
  EXPECT_EQ(library_.molecules().text(library_.molecule_of(0)).smiles, "CCN");
  EXPECT_EQ(library_.molecules().text(library_.molecule_of(1)).smiles, "CCO");
  EXPECT_EQ(library_.molecule_of(1), library_.molecule_of(2));
}

TEST_F(SmallSpectralLibrary, FindsAWindowOfPrecursors) {
  const auto window = [&](double low, double high) {
    const RowRange range = library_.within(low, high);
    return std::pair(range.first, range.last);
  };
  EXPECT_EQ(window(200.5, 200.5), std::pair(std::size_t{0}, std::size_t{2}));
  EXPECT_EQ(window(200.6, 300), std::pair(std::size_t{2}, std::size_t{2}));
  EXPECT_EQ(window(0, 1000), std::pair(std::size_t{0}, std::size_t{3}));
}

TEST_F(SmallSpectralLibrary, FingerprintsAreMorgansOfTwoThousandBits) {
  const auto words = library_.fingerprint_of(library_.molecule_of(0));
  const auto bits = morgan_bits(test::made_up("CCN", 45), 2048);
  for (std::uint16_t bit = 0; bit < 2048; ++bit) {
    const bool on = (words[bit / 64] >> (bit % 64) & 1) != 0;
    EXPECT_EQ(on, std::ranges::find(bits, bit) != bits.end()) << bit;
  }
  EXPECT_EQ(tanimoto(words, words), 1);
  const auto others = library_.fingerprint_of(library_.molecule_of(1));
  EXPECT_DOUBLE_EQ(tanimoto(words, others),
                   tanimoto(bits, morgan_bits(test::made_up("CCO", 46), 2048)));
}

TEST_F(SmallSpectralLibrary, HasNoVectorsWithoutAModel) {
  EXPECT_EQ(library_.spectrum_vectors(), nullptr);
  EXPECT_EQ(library_.molecule_vectors(), nullptr);
}

TEST_F(SmallSpectralLibrary, IndicesHoldEveryPeakAndEveryLoss) {
  ASSERT_NE(library_.products(), nullptr);
  EXPECT_EQ(library_.products()->peaks(), 6U);
  const auto found = library_.losses()->between(micro_mz(149.6234), micro_mz(149.6235));
  ASSERT_EQ(found.spectra.size(), 1U);  // 300.123456 - 150.5
  EXPECT_EQ(found.spectra[0], 2U);
}

TEST_F(SmallSpectralLibrary, NumbersThatDoNotFitTheFilesAreRefused) {
  for (const char* key : {"spectra", "peaks", "molecules"}) {
    TemporaryFolder copy;
    std::filesystem::copy(folder_ / "lib", copy / "lib", std::filesystem::copy_options::recursive);
    reseal(copy / "lib",
           [&](Json& manifest) { manifest[key] = manifest[key].get<std::size_t>() + 1; });
    EXPECT_THROW(SpectralLibrary::open(copy / "lib"), ArtifactError) << key;
  }
}

TEST_F(SmallSpectralLibrary, ARuleThatCannotBeReadIsRefused) {
  reseal(folder_ / "lib", [](Json& manifest) { manifest["rule"]["score"] = "luck"; });
  EXPECT_THROW(SpectralLibrary::open(folder_ / "lib"), ArtifactError);
}

TEST(SpectralLibraryWithoutMerging, HasNoIndices) {
  TemporaryFolder folder;
  test::write_spectral_library(folder / "lib", kRecords, "massbank");
  const auto library = SpectralLibrary::open(folder / "lib");
  EXPECT_EQ(library.products(), nullptr);
  EXPECT_EQ(library.rule().preset, "massbank");
}

}  // namespace
}  // namespace specbridge
