#include "search/merging/features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "search/merging/feature_queue.h"
#include "search/merging/merging_ranker.h"
#include "search/query_stream.h"
#include "search/search_parts.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

struct Stated {
  std::string name, feature_id = {};
  std::string adduct = "[M+H]+";
  std::optional<double> mz = 200.0, seconds = {};
  std::string file = "run.mgf";
};

Query query_of(const Stated& stated, std::size_t index) {
  Spectrum spectrum;
  spectrum.id = stated.name;
  spectrum.feature_id = stated.feature_id;
  spectrum.adduct = stated.adduct;
  spectrum.precursor_mz = stated.mz;
  spectrum.retention_time = stated.seconds;
  spectrum.origin.file = stated.file;
  spectrum.peaks = {{100, 1}};
  return make_query(std::move(spectrum), index, {});
}

/// The spectra of the feature of each record.
std::vector<std::vector<std::size_t>> features_of(const std::vector<Stated>& records) {
  FeatureFinder finder({10, 0});
  for (std::size_t i = 0; i < records.size(); ++i) finder.add(query_of(records[i], i));
  const Features features = std::move(finder).finish();
  std::vector<std::vector<std::size_t>> spectra;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto found = features.spectra_of(i);
    spectra.emplace_back(found.begin(), found.end());
  }
  return spectra;
}

using Spectra = std::vector<std::vector<std::size_t>>;

TEST(FeatureFinder, TakesSpectraOfOneFeatureIdTogether) {
  EXPECT_EQ(features_of({{"a", "7"}, {"b", "8"}, {"c", "7"}}), (Spectra{{0, 2}, {1}, {0, 2}}));
}

TEST(FeatureFinder, PartsFilesAndIonsOfOneFeatureId) {
  EXPECT_EQ(features_of(
                {{"a", "7"}, {"b", "7", "[M+Na]+"}, {"c", "7", "[M+H]+", 200.0, {}, "other.mgf"}}),
            (Spectra{{0}, {1}, {2}}));
}

TEST(FeatureFinder, TakesSpectraOfOneNameTogetherWhereNoFeatureIsStated) {
  EXPECT_EQ(features_of({{"caffeine"}, {"caffeine"}, {"caffeine", "7"}}),
            (Spectra{{0, 1}, {0, 1}, {2}}));
}

TEST(FeatureFinder, PartsPrecursorsOfOneFeatureIdOrName) {
  EXPECT_EQ(features_of({{"Unknown", "", "[M+H]+", 506.33},
                         {"Unknown", "", "[M+H]+", 433.14},
                         {"Unknown", "", "[M+H]+", 506.331},
                         {"a", "7", "[M+H]+", 200.0},
                         {"b", "7", "[M+H]+", 300.0}}),
            (Spectra{{0, 2}, {1}, {0, 2}, {3}, {4}}));
}

TEST(FeatureFinder, TakesNearPrecursorsAndTimesTogether) {
  EXPECT_EQ(features_of({{"a", "", "[M+H]+", 200.0, 60.0},
                         {"b", "", "[M+H]+", 200.0019, 66.0},
                         {"c", "", "[M+H]+", 200.0021, 60.0},
                         {"d", "", "[M+H]+", 200.0, 66.1}}),
            (Spectra{{0, 1}, {0, 1}, {2}, {3}}));
}

TEST(FeatureFinder, OfSeveralNearFeaturesTakesTheNearestInTime) {
  EXPECT_EQ(features_of({{"a", "", "[M+H]+", 200.0, 60.0},
                         {"b", "", "[M+H]+", 200.0, 70.0},
                         {"c", "", "[M+H]+", 200.0, 65.5}}),
            (Spectra{{0}, {1, 2}, {1, 2}}));
}

TEST(FeatureFinder, WithoutTimeOrPrecursorASpectrumIsAlone) {
  EXPECT_EQ(features_of({{"a"}, {"b"}, {"c", "", "[M+H]+", {}, 60.0}}), (Spectra{{0}, {1}, {2}}));
}

TEST(FeatureFinder, ARecordThatCannotBeUsedIsAlone) {
  FeatureFinder finder({10, 0});
  Query broken = query_of({"a", "7"}, 0);
  broken.refusal = Refusal{Status::no_peaks, "none"};
  finder.add(broken);
  finder.add(query_of({"b", "7"}, 1));
  finder.add(query_of({"c", "7", "what?"}, 2));
  const Features features = std::move(finder).finish();
  EXPECT_EQ(features.size(), 3U);
}

/// What comes out of a queue that takes the records in chunks of a size: the names of each complete
/// feature.
std::vector<std::string> completed(const std::vector<std::size_t>& feature_of, std::size_t chunk) {
  FeatureQueue queue{Features(feature_of)};
  std::vector<std::string> names;
  for (std::size_t first = 0; first < feature_of.size(); first += chunk) {
    std::vector<Query> queries;
    for (std::size_t i = first; i < std::min(first + chunk, feature_of.size()); ++i) {
      queries.push_back(query_of({std::to_string(i)}, i));
    }
    auto batch = queue.take(std::move(queries));
    for (const auto& spectra : batch.complete) {
      std::string text;
      for (const std::size_t i : spectra) text += batch.queries[i].name.id + " ";
      names.push_back(text);
    }
    queue.put_back(std::move(batch));
  }
  return names;
}

TEST(FeatureQueue, HandsOverFeaturesWhenTheirLastSpectrumHasComeWhateverTheChunks) {
  const std::vector<std::size_t> feature_of = {0, 1, 0, 2, 3, 2, 0};
  const std::vector<std::string> expected = {"1 ", "4 ", "3 5 ", "0 2 6 "};
  for (const std::size_t chunk : {1, 2, 3, 5, 7}) EXPECT_EQ(completed(feature_of, chunk), expected);
}

TEST(AnsweredWith, NamesTheQueryThatHasTheAnswer) {
  const std::vector<std::size_t> spectra = {3, 4, 9};
  const RankedList list = answered_with(spectra);
  EXPECT_EQ(list.status, Status::merged);
  EXPECT_EQ(list.message, "of one feature with others; answered with query_index 9");
  EXPECT_EQ(list.spectra, spectra);
}

TEST(MergingRanker, TellsOfSpectraThatChangedBetweenTheTwoReadings) {
  const Searcher nobody(std::unique_ptr<const SearchParts>{});
  MergingRanker ranker(nobody, Features({0, 0, 1}));
  EXPECT_NO_THROW(ranker.finish(3));
  EXPECT_THROW(ranker.finish(2), InputError);
  std::vector<Query> more;
  more.push_back(query_of({"new"}, 3));
  EXPECT_THROW(ranker.rank(std::move(more), {}, [](const Query&, const RankedList&) {}),
               InputError);
}

}  // namespace
}  // namespace specbridge
