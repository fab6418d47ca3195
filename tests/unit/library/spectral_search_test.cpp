#include "library/spectra/spectral_search.h"

#include <gtest/gtest.h>

#include "library/spectra/entropy_index.h"
#include "ms/similarity/similarity.h"
#include "small_spectra.h"
#include "support/support.h"

namespace specbridge {
namespace {

using test::SmallRecord;
using test::TemporaryFolder;

/// Compared one by one, with all spectra of a library.
std::vector<SpectralHit> one_by_one(const SpectralLibrary& library, const SpectralQuery& query,
                                    const SimilarityRule& rule, std::size_t k) {
  std::vector<SpectralHit> hits;
  for (std::size_t i = 0; i < library.spectra(); ++i) {
    const bool electron = library.precursor_mz(i) == 0;
    if (electron != (query.kind == SpectrumKind::electron)) continue;
    const int other = library.polarity(i);
    if (other != 0 && query.polarity != 0 && other != query.polarity) continue;
    const auto [score, matched] =
        similarity(query.peaks,
                   cleaned_and_prepared(library.peaks(i), library.stated_precursor(i), rule), rule);
    if (matched < rule.min_matched || matched == 0 || score < rule.min_score) continue;
    hits.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(matched), score});
  }
  std::ranges::sort(hits, stands_before);
  if (hits.size() > k) hits.resize(k);
  return hits;
}

void expect_same(const std::vector<SpectralHit>& found, const std::vector<SpectralHit>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].spectrum, expected[i].spectrum) << i;
    EXPECT_EQ(found[i].matched, expected[i].matched) << i;
    EXPECT_NEAR(found[i].score, expected[i].score, 1e-12) << i;
  }
}

class SearchOfSpectra : public ::testing::TestWithParam<std::string> {
 protected:
  SearchOfSpectra() {
    test::write_spectral_library(folder_ / "lib", test::random_records(400, 7), GetParam());
    library_.emplace(SpectralLibrary::open(folder_ / "lib"));
  }

  SpectralQuery query_of(const SmallRecord& record, const SimilarityRule& rule) const {
    const bool electron = record.precursor_mz == 0;
    return spectral_query(*library_, record.peaks,
                          electron ? std::nullopt : std::optional(record.precursor_mz),
                          record.polarity, rule);
  }

  TemporaryFolder folder_;
  std::optional<SpectralLibrary> library_;
};

TEST_P(SearchOfSpectra, TheBestAreThoseOfComparingOneByOne) {
  for (const SimilarityKind kind : similarity_kinds()) {
    SimilarityRule rule = rule_over(*library_, default_rule(kind));
    rule.tolerance = {0, 0.02};
    for (const auto& record : test::random_records(25, 8)) {
      const SpectralQuery query = query_of(record, rule);
      SCOPED_TRACE(std::string(to_string(kind)) + " " + record.id);
      expect_same(best_hits(*library_, query, rule, 10), one_by_one(*library_, query, rule, 10));
    }
  }
}

TEST_P(SearchOfSpectra, LimitsLeaveOutTheSameAsOneByOne) {
  SimilarityRule rule = rule_over(*library_, default_rule(SimilarityKind::entropy));
  rule.min_matched = 3;
  rule.min_score = 0.3;
  for (const auto& record : test::random_records(25, 9)) {
    const SpectralQuery query = query_of(record, rule);
    expect_same(best_hits(*library_, query, rule, 1000), one_by_one(*library_, query, rule, 1000));
  }
}

TEST_P(SearchOfSpectra, AWindowHoldsTheSpectraOfItsPrecursorsAlone) {
  const SimilarityRule rule = rule_over(*library_, library_->rule());
  for (const auto& record : test::random_records(25, 10)) {
    const SpectralQuery query = query_of(record, rule);
    const auto hits = hits_within(*library_, query, rule,
                                  library_->within(record.precursor_mz, record.precursor_mz));
    for (const auto& hit : hits) {
      EXPECT_EQ(library_->precursor_mz(hit.spectrum), record.precursor_mz);
    }
    EXPECT_TRUE(std::ranges::is_sorted(hits, {}, &SpectralHit::spectrum));
  }
}

TEST_P(SearchOfSpectra, ASpectrumOfTheLibraryFindsItself) {
  const SimilarityRule rule = rule_over(*library_, default_rule(SimilarityKind::entropy));
  const auto records = test::random_records(400, 7);
  for (std::size_t i = 0; i < 40; ++i) {
    const auto best = best_hits(*library_, query_of(records[i], rule), rule, 1);
    ASSERT_EQ(best.size(), 1U);
    EXPECT_NEAR(best.front().score, 1, 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, SearchOfSpectra, testing::Values("entropy", "gnps", "massbank"));

/// Half of the records without a precursor.
std::vector<SmallRecord> mixed_records(std::size_t count, std::uint64_t seed) {
  auto records = test::random_records(count, seed);
  for (std::size_t i = 0; i < count; i += 2) records[i].precursor_mz = 0;
  return records;
}

class SearchOfBothKinds : public SearchOfSpectra {
 protected:
  SearchOfBothKinds() {
    test::write_spectral_library(folder_ / "mixed", mixed_records(400, 7), GetParam());
    library_.emplace(SpectralLibrary::open(folder_ / "mixed"));
  }
};

TEST_P(SearchOfBothKinds, SpectraAreComparedWithThoseOfTheirOwnKind) {
  const RowRange electron = library_->of_kind(SpectrumKind::electron);
  EXPECT_EQ(electron.first, 0U);
  EXPECT_EQ(library_->of_kind(SpectrumKind::tandem).first, electron.last);
  EXPECT_GT(electron.size(), 100U);
  for (const SimilarityKind kind : similarity_kinds()) {
    SimilarityRule rule = rule_over(*library_, default_rule(kind));
    for (const auto& record : mixed_records(20, 8)) {
      if (record.precursor_mz == 0 && needs_precursor(kind)) continue;
      const SpectralQuery query = query_of(record, rule);
      SCOPED_TRACE(std::string(to_string(kind)) + " " + record.id);
      const auto best = best_hits(*library_, query, rule, 10);
      expect_same(best, one_by_one(*library_, query, rule, 10));
      for (const auto& hit : best) {
        EXPECT_EQ(library_->precursor_mz(hit.spectrum) == 0, record.precursor_mz == 0);
      }
    }
  }
}

TEST_P(SearchOfBothKinds, SpectraThatDoNotCountLeaveTheirPlacesToOthers) {
  const SimilarityRule rule = rule_over(*library_, library_->rule());
  for (const auto& record : mixed_records(20, 9)) {
    if (record.precursor_mz == 0 && needs_precursor(rule.kind)) continue;
    SpectralQuery query = query_of(record, rule);
    auto expected = one_by_one(*library_, query, rule, 400);
    std::erase_if(expected, [](const SpectralHit& hit) { return hit.spectrum % 3 == 0; });
    if (expected.size() > 5) expected.resize(5);
    query.counts = [](std::size_t spectrum) { return spectrum % 3 != 0; };
    expect_same(best_hits(*library_, query, rule, 5), expected);
  }
}

TEST_P(SearchOfBothKinds, TheBestByTheScoreOfTheLibraryAreThoseOfComparingOneByOne) {
  const SimilarityRule rule = rule_over(*library_, library_->rule());
  EXPECT_EQ(library_->cosine_products() != nullptr, GetParam() == "ei");
  for (const auto& record : mixed_records(40, 10)) {
    if (record.precursor_mz == 0 && needs_precursor(rule.kind)) continue;
    const SpectralQuery query = query_of(record, rule);
    expect_same(best_hits(*library_, query, rule, 10), one_by_one(*library_, query, rule, 10));
  }
}

INSTANTIATE_TEST_SUITE_P(Presets, SearchOfBothKinds,
                         testing::Values("entropy", "gnps", "ei", "nist", "stein-scott"));

TEST(MostIndexedTolerance, IsBelowHalfOfWhatWasMerged) {
  EXPECT_NEAR(most_indexed_tolerance(0.05), 0.024, 1e-12);
  EXPECT_EQ(most_indexed_tolerance(0), 0);
}

}  // namespace
}  // namespace specbridge
