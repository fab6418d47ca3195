// A new kind of evidence is a Scorer and a row of a table: its column and its effect on the ranks
// follow.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "pipeline/search.h"
#include "search/evidence/cosine_scorer.h"
#include "small_world.h"
#include "support/support.h"

namespace specbridge {
namespace {

/// Prefers long SMILES; knows nothing of molecules with nitrogen.
class LengthScorer final : public Scorer {
 public:
  const EvidenceKind& kind() const noexcept override { return kind_; }
  void score(const ScoringBlock& block, ScoreColumn& column, const RunContext&) const override {
    for (std::size_t i = 0; i < block.size(); ++i) {
      auto score = column.of(i).begin();
      block.sets[i]->rows.for_each([&](std::size_t row) {
        const auto smiles = block.molecules->text(row).smiles;
        const bool known = smiles.find('N') == std::string_view::npos;
        *score++ = known ? static_cast<float>(smiles.size()) : kMissing;
      });
    }
  }

 private:
  EvidenceKind kind_{"length", Direction::higher_is_better, "characters"};
};

std::unique_ptr<Scorer> make_length_scorer(const EvidenceSources&) {
  return std::make_unique<LengthScorer>();
}

using Row = std::map<std::string, std::string>;

/// The hits of the small world under a table of evidence.
std::vector<Row> search(std::vector<EvidenceRow> evidence) {
  const test::TemporaryFolder folder;
  SearchConfig config;
  config.spectra = {test::small_world().spectra};
  config.sources = {test::small_world().model, test::small_world().library};
  config.sources.choice.mode = CandidateMode::open;
  config.options.k = 0;
  config.out = folder / "hits.tsv";
  run_search(config, evidence, test::on_cpu());
  const std::string text = test::slurp(config.out);
  std::vector<Row> rows;
  std::vector<std::string> names;
  for (const auto line : split(text, '\n')) {
    if (line.empty()) continue;
    const auto cells = split(line, '\t');
    if (names.empty()) {
      names.assign(cells.begin(), cells.end());
      continue;
    }
    EXPECT_EQ(cells.size(), names.size()) << line;
    Row& row = rows.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) row[names[i]] = cells[i];
  }
  return rows;
}

std::vector<Row> answers(const std::vector<Row>& rows) {
  std::vector<Row> answered;
  std::ranges::copy_if(rows, std::back_inserter(answered),
                       [](const Row& row) { return row.at("status") == "ok"; });
  return answered;
}

TEST(NewEvidence, ATableWithOneKindHasNoFurtherColumn) {
  for (const auto& row : search({{make_cosine_scorer, 1}})) {
    EXPECT_FALSE(row.contains("evidence.cosine"));
  }
}

TEST(NewEvidence, HasAColumnOfItsOwnBesideTheOthers) {
  const auto rows = answers(search({{make_cosine_scorer, 1}, {make_length_scorer, 1}}));
  ASSERT_FALSE(rows.empty());
  for (const auto& row : rows) {
    const std::string& smiles = row.at("smiles");
    EXPECT_EQ(row.at("evidence.length"),
              smiles.find('N') == std::string::npos ? std::to_string(smiles.size()) : "");
    EXPECT_TRUE(parse_number(row.at("evidence.cosine"))) << row.at("evidence.cosine");
  }
}

TEST(NewEvidence, DecidesTheRanksWithItsWeight) {
  const auto rows = answers(search({{make_cosine_scorer, 0}, {make_length_scorer, 1}}));
  std::size_t longest = 0;
  for (const auto& row : rows) longest = std::max(longest, row.at("smiles").size());
  for (const auto& row : rows) {
    EXPECT_TRUE(row.at("rank") != "1" || row.at("smiles").size() == longest);
  }
  const auto by_cosine = answers(search({{make_cosine_scorer, 1}, {make_length_scorer, 0}}));
  const auto alone = answers(search({{make_cosine_scorer, 1}}));
  ASSERT_EQ(by_cosine.size(), alone.size());
  for (std::size_t i = 0; i < alone.size(); ++i) {
    EXPECT_EQ(by_cosine[i].at("smiles"), alone[i].at("smiles"));
  }
}

TEST(NewEvidence, ARecordWithoutAnswerHasEmptyCells) {
  const auto rows = search({{make_cosine_scorer, 1}, {make_length_scorer, 1}});
  const Row& row = rows.back();
  EXPECT_EQ(row.at("status"), "no_peaks");
  EXPECT_EQ(row.at("evidence.length"), "");
}

TEST(NewEvidence, TwoKindsOfOneNameAreRefused) {
  EXPECT_THROW(
      make_evidence(std::vector<EvidenceRow>{{make_length_scorer, 1}, {make_length_scorer, 1}}),
      std::logic_error);
}

}  // namespace
}  // namespace specbridge
