#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "library/build/spectra/decoy_peaks.h"
#include "library/build/spectra/decoy_writer.h"
#include "small_spectra.h"
#include "store/file.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::TemporaryFolder;

std::vector<double> mz_of(const std::vector<Peak>& peaks) {
  std::vector<double> mz;
  for (const Peak& peak : peaks) mz.push_back(peak.mz);
  return mz;
}

TEST(DecoysOfElectronIonisation, AreOfPeaksOfTheirKindAndKeepTheRetentionIndex) {
  TemporaryFolder folder;
  auto records = test::random_records(200, 7);
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto& record = records[i];
    record.polarity = 1;
    if (i % 2 == 1) {
      for (Peak& peak : record.peaks) peak.mz += 500;  // no peak of the others
      record.precursor_mz = 1000;
    } else {
      record.precursor_mz = 0;
      record.retention_index = 1000 + i;
    }
  }
  test::write_spectral_library(folder / "lib", records, "ei");
  const auto targets = SpectralLibrary::open(folder / "lib");
  std::filesystem::create_directories(folder / "decoys");
  write_decoys(targets, folder / "lib", folder / "decoys", {});
  const auto decoys = SpectralLibrary::open(folder / "decoys");
  ASSERT_EQ(decoys.spectra(), targets.spectra());
  std::size_t electron = 0, whole = 0;
  for (std::size_t i = 0; i < decoys.spectra(); ++i) {
    const bool tandem = decoys.precursor_mz(i) > 0;
    for (const double mz : mz_of(decoys.peaks(i))) EXPECT_EQ(mz > 500, tandem) << i;
    EXPECT_EQ(decoys.retention_index(i), targets.retention_index(i));
    if (tandem) continue;
    ++electron;
    whole += decoys.peaks(i).size() == targets.peaks(i).size() ? 1 : 0;
  }
  EXPECT_EQ(electron, targets.of_kind(SpectrumKind::electron).size());
  EXPECT_GT(whole, electron / 2);
}

class DecoysOfALibrary : public ::testing::Test {
 protected:
  DecoysOfALibrary() {
    test::write_spectral_library(folder_ / "lib", test::random_records(400, 7));
    targets_.emplace(SpectralLibrary::open(folder_ / "lib"));
  }

  DecoyCounts write(const std::string& name, std::size_t threads) {
    std::filesystem::create_directories(folder_ / name);
    RunContext context;
    context.threads = threads;
    return write_decoys(*targets_, folder_ / "lib", folder_ / name, context);
  }

  /// The m/z of all peaks of spectra whose ion mode is not the other.
  std::set<double> mz_of_mode(int polarity) const {
    std::set<double> all;
    for (std::size_t i = 0; i < targets_->spectra(); ++i) {
      if (targets_->polarity(i) * polarity == -1) continue;
      for (const double mz : mz_of(targets_->peaks(i))) all.insert(mz);
    }
    return all;
  }

  TemporaryFolder folder_;
  std::optional<SpectralLibrary> targets_;
};

TEST_F(DecoysOfALibrary, HaveAsManyPeaksAsTheirSpectra) {
  for (std::size_t i = 0; i < targets_->spectra(); ++i) {
    EXPECT_EQ(decoy_peaks(*targets_, i, 1).size(), targets_->peaks(i).size()) << i;
  }
}

TEST_F(DecoysOfALibrary, HavePeaksAsCleaningLeavesThem) {
  for (std::size_t i = 0; i < targets_->spectra(); ++i) {
    const auto peaks = decoy_peaks(*targets_, i, 1);
    EXPECT_LE(peaks.back().mz, targets_->precursor_mz(i) - 1.6 + 1e-6);
    EXPECT_EQ(std::ranges::max(peaks, {}, &Peak::intensity).intensity, 1);
    EXPECT_GE(std::ranges::min(peaks, {}, &Peak::intensity).intensity, 0.01);
    for (std::size_t p = 1; p < peaks.size(); ++p) {
      EXPECT_GE(peaks[p].mz - peaks[p - 1].mz, 0.05 - 1e-9) << i;
    }
  }
}

TEST_F(DecoysOfALibrary, HavePeaksOfSpectraOfTheirIonMode) {
  const std::set<double> modes[] = {mz_of_mode(-1), mz_of_mode(0), mz_of_mode(1)};
  for (std::size_t i = 0; i < targets_->spectra(); ++i) {
    const auto& known = modes[targets_->polarity(i) + 1];
    for (const double mz : mz_of(decoy_peaks(*targets_, i, 1))) EXPECT_TRUE(known.contains(mz));
  }
}

TEST_F(DecoysOfALibrary, ShareAPeakWithTheirSpectraAndMostlyNotAll) {
  std::size_t others = 0;
  for (std::size_t i = 0; i < targets_->spectra(); ++i) {
    const auto own = mz_of(targets_->peaks(i)), made = mz_of(decoy_peaks(*targets_, i, 1));
    EXPECT_TRUE(std::ranges::any_of(
        made, [&](double mz) { return std::ranges::find(own, mz) != own.end(); }));
    others += own == made ? 0 : 1;
  }
  EXPECT_GT(others, targets_->spectra() / 2);
}

TEST_F(DecoysOfALibrary, FollowTheSeed) {
  std::size_t others = 0;
  for (std::size_t i = 0; i < 50; ++i) {
    const auto first = mz_of(decoy_peaks(*targets_, i, 1));
    EXPECT_EQ(mz_of(decoy_peaks(*targets_, i, 1)), first);
    others += mz_of(decoy_peaks(*targets_, i, 2)) == first ? 0 : 1;
  }
  EXPECT_GT(others, 25U);
}

TEST_F(DecoysOfALibrary, StandInALibraryLikeThatOfTheirSpectra) {
  const DecoyCounts counts = write("decoys", 1);
  EXPECT_EQ(counts.decoys, targets_->spectra());
  EXPECT_EQ(counts.incomplete, 0U);
  const auto decoys = SpectralLibrary::open(folder_ / "decoys");
  EXPECT_EQ(decoys.decoys_of(), targets_->fingerprint());
  EXPECT_EQ(targets_->decoys_of(), "");
  ASSERT_EQ(decoys.spectra(), targets_->spectra());
  EXPECT_EQ(decoys.molecules().rows(), targets_->molecules().rows());
  ASSERT_NE(decoys.products(), nullptr);
  for (std::size_t i = 0; i < decoys.spectra(); ++i) {
    EXPECT_EQ(decoys.text(i).id, "decoy:" + std::string(targets_->text(i).id));
    EXPECT_EQ(decoys.text(i).adduct, targets_->text(i).adduct);
    EXPECT_EQ(decoys.precursor_mz(i), targets_->precursor_mz(i));
    EXPECT_EQ(decoys.polarity(i), targets_->polarity(i));
    EXPECT_EQ(decoys.molecule_of(i), targets_->molecule_of(i));
    EXPECT_EQ(mz_of(decoys.peaks(i)), mz_of(decoy_peaks(*targets_, i, 1)));
  }
}

TEST_F(DecoysOfALibrary, HaveTheSameBytesOnAnyThreads) {
  write("one", 1);
  write("three", 3);
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "one")) {
    const auto name = file.path().filename();
    EXPECT_EQ(read_file(folder_ / "three" / name), read_file(file.path())) << name;
  }
}

TEST(DecoysOfASmallLibrary, AreMadeOfItsOwnPeaksWhereThereAreNoOthers) {
  const TemporaryFolder folder;
  test::write_spectral_library(folder / "lib", {{200, {{50, 1}, {80, 2}, {110, 3}}, "alone"}});
  const auto library = SpectralLibrary::open(folder / "lib");
  EXPECT_EQ(mz_of(decoy_peaks(library, 0, 1)), mz_of(library.peaks(0)));
}

TEST(DecoysOfASmallLibrary, TakePeaksOfSpectraThatShareOne) {
  const TemporaryFolder folder;
  // From 80 only "linked" is reached: 300 lies above the precursor, and "apart" shares nothing.
  test::write_spectral_library(folder / "lib",
                               {{200, {{80, 1}, {81, 1}}, "target"},
                                {400, {{80, 1}, {81, 1}, {95, 1}, {300, 1}}, "linked"},
                                {200, {{60, 1}}, "apart"}});
  const auto library = SpectralLibrary::open(folder / "lib");
  std::set<double> drawn;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    for (const double mz : mz_of(decoy_peaks(library, 0, seed))) drawn.insert(mz);
  }
  EXPECT_EQ(drawn, (std::set<double>{80, 81, 95}));
}

TEST(DecoysOfASmallLibrary, NeedAnIndexOfPeaks) {
  const TemporaryFolder folder;
  const auto records = test::random_records(20, 7);
  test::write_spectral_library(folder / "entropy", records);
  test::write_spectral_library(folder / "massbank", records, "massbank");
  EXPECT_TRUE(can_have_decoys(SpectralLibrary::open(folder / "entropy")));
  EXPECT_FALSE(can_have_decoys(SpectralLibrary::open(folder / "massbank")));
}

}  // namespace
}  // namespace specbridge
