#include "mces/mces.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "specbridge/mces_options.h"
#include "store/line_reader.h"
#include "support/support.h"

namespace specbridge {
namespace {

const std::string kAspirin = "CC(=O)OC1=CC=CC=C1C(=O)O";
const std::string kCaffeine = "CN1C=NC2=C1C(=O)N(C(=O)N2C)C";
// Long molecules of the reference's own tests, called L1 to L4 in mces_unit.csv.
const std::map<std::string, std::string> kLong = {
    {"L1", "CCCCCCCCCCCCCCCCCCCC(=O)OCC(COC(=O)CCCCCCCCCCCC=CCCCCCCCC)OC(=O)CCCCCCCCCCCCCC"},
    {"L2", "CCCCCCCCCCCCCCCCCCCCCC(=O)OC(COC(=O)CCCCCCCCCCCCCCCCC)COC(=O)CCCCCCCC=CCCCCCCCC"},
    {"L3", "CC(C)OC(=O)C(CSCC(=O)NC1=C(C=C(C=C1Br)Br)CN(C)C2CCCCC2)NC(=O)C"},
    {"L4", "CC(=O)N1CCC(CC1)N2CC3(C2)CN(CC4N3CCOC4)C(=O)C5=CC=C(C=C5)OC"}};

MoleculeGraph graph(const std::string& smiles) {
  const auto known = kLong.find(smiles);
  auto read = read_molecule_graph(known == kLong.end() ? smiles : known->second);
  if (const auto* rejection = std::get_if<Rejection>(&read)) {
    ADD_FAILURE() << rejection->message;
    return {};
  }
  return std::get<MoleculeGraph>(std::move(read));
}

McesResult within(std::optional<double> threshold, const std::string& a, const std::string& b) {
  McesOptions options;
  options.threshold = threshold;
  options.max_nodes = 1'000'000;
  return mces(graph(a), graph(b), options);
}

double exact(const std::string& a, const std::string& b) {
  const McesResult result = within(std::nullopt, a, b);
  EXPECT_TRUE(result.exact) << a << " " << b;
  return result.distance;
}

TEST(Mces, IsZeroForOneStructureInTwoSpellings) {
  EXPECT_EQ(exact("C1=CC=CC=C1", "c1ccccc1"), 0);
  EXPECT_EQ(exact("C[C@H](N)C(=O)O", "C[C@@H](N)C(=O)O"), 0);
  EXPECT_EQ(exact("C/C=C/C", "C/C=C\\C"), 0);
  EXPECT_EQ(exact("[H]/N=C(/C)N", "CC(N)=N"), 0);
}

TEST(Mces, SeesBondsAndElementsOnly) {
  EXPECT_EQ(exact("C", "O"), 0);
  EXPECT_EQ(exact("[NH4+]", "N"), 0);
  EXPECT_EQ(exact("[Na+].CC(=O)[O-]", "CC(=O)O"), 0);
  EXPECT_EQ(exact("[2H]C", "C"), 0);
  EXPECT_EQ(exact("[2H]C([3H])O", "CO"), 0);
  EXPECT_EQ(exact("[H][H]", "C"), 1);
}

// Values of the reference implementation (myopic-mces 1.2.2 with CBC).
TEST(Mces, SumsWhatIsNotMatched) {
  EXPECT_EQ(exact("CC", "C"), 1);
  EXPECT_EQ(exact("CC.CC", "CCCC"), 1);
  EXPECT_EQ(exact("C#N", "CN"), 2);
  EXPECT_EQ(exact("CO", "CN"), 2);
  EXPECT_EQ(exact("OO", "NN"), 2);
  EXPECT_EQ(exact("CCO", "COC"), 2);
  EXPECT_EQ(exact("CC(=O)C", "CC(O)=C"), 2);
  EXPECT_EQ(exact("c1cc[nH]c1", "C1CCNC1"), 2.5);
  EXPECT_EQ(exact("CCCCCCCCCCCCCCCCCCCC", "c1ccccc1N(=O)=O"), 22);
  EXPECT_EQ(exact("L3", "L4"), 26);
  EXPECT_EQ(exact(kAspirin, kCaffeine), 27);
}

TEST(Mces, BeyondTheThresholdIsTheBoundWhenThatIsLarger) {
  const McesResult result = within(10, kAspirin, kCaffeine);
  EXPECT_EQ(result.distance, 26.5);
  EXPECT_FALSE(result.exact);
  EXPECT_EQ(result.lower, 27);  // distances of one pair differ by whole units
  EXPECT_GE(result.upper, 27);
  EXPECT_EQ(result.nodes, 0U);
}

TEST(Mces, BeyondTheThresholdIsTheThresholdWhenTheBoundIsSmaller) {
  const McesResult result = within(26.75, kAspirin, kCaffeine);
  EXPECT_EQ(result.distance, 26.75);
  EXPECT_FALSE(result.exact);
  EXPECT_EQ(result.lower, 27);
  EXPECT_GE(result.upper, 27);
}

TEST(Mces, AtTheThresholdIsExact) {
  const McesResult result = within(27, kAspirin, kCaffeine);
  EXPECT_EQ(result.distance, 27);
  EXPECT_TRUE(result.exact);
  EXPECT_EQ(result.upper, 27);
}

TEST(Mces, AGivenUpSearchReportsAnInterval) {
  McesOptions options;
  options.threshold.reset();
  options.max_nodes = 1;
  const McesResult result = mces(graph("L1"), graph("L2"), options);
  EXPECT_TRUE(result.capped);
  EXPECT_FALSE(result.exact);
  EXPECT_EQ(result.distance, result.lower);
  EXPECT_LE(result.lower, 7);
  EXPECT_GE(result.upper, 7);
  EXPECT_EQ(result.nodes, 1U);
}

TEST(Mces, AGivenUpSearchIsTheSameInBothDirectionsAndSpellings) {
  McesOptions options;
  options.threshold.reset();
  options.max_nodes = 3;
  const auto summary = [&](const std::string& a, const std::string& b) {
    const McesResult result = mces(graph(a), graph(b), options);
    return std::vector<double>{result.lower, result.upper};
  };
  const std::string flavone = "O=C1C=C(OC2=CC=CC=C12)C1=CC=CC=C1";
  const std::string respelled = "c1ccc(cc1)-c1cc(=O)c2ccccc2o1";
  EXPECT_EQ(summary(flavone, kCaffeine), summary(kCaffeine, respelled));
  EXPECT_EQ(summary("L1", "L2"), summary("L2", "L1"));
}

TEST(Mces, WithoutTimeStopsAtTheFirstNode) {
  McesOptions options;
  options.threshold.reset();
  options.max_seconds = 0;
  const McesResult result = mces(graph("L1"), graph("L2"), options);
  EXPECT_TRUE(result.capped);
  EXPECT_LE(result.lower, 7);
  EXPECT_GE(result.upper, 7);
}

TEST(Mces, RefusesLimitsThatAreNone) {
  const MoleculeGraph methane = graph("C");
  McesOptions options;
  options.threshold = -1;
  EXPECT_EQ(test::message_of([&] { mces(methane, methane, options); }),
            "MCES threshold is -1; expected a number from 0 to 1000000");
  options.threshold = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(test::message_of([&] { mces(methane, methane, options); }),
            "MCES threshold is nan; expected a number from 0 to 1000000");
  options = {};
  options.max_seconds = -2;
  EXPECT_EQ(test::message_of([&] { mces(methane, methane, options); }),
            "MCES time limit is -2 s; expected a number from 0 to 1000000");
}

/// Rows of a CSV without quotes; the last cells may be read off a fixed number of columns.
std::vector<std::vector<std::string>> rows_of(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  LineReader lines(path);
  while (const auto line = lines.next()) {
    if (line->starts_with('#')) continue;
    std::vector<std::string> cells;
    for (const auto cell : split(*line, ',')) cells.emplace_back(cell);
    rows.push_back(std::move(cells));
  }
  return rows;
}

TEST(McesOfTheReference, UnitCasesComeOut) {
  const auto path = test::real_data() / "mces_unit.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  std::size_t checked = 0;
  for (const auto& row : rows_of(path)) {
    if (!row[1].starts_with("default") && !row[1].starts_with('*')) continue;
    if (row[4].find("[2H]") != std::string::npos) continue;  // an atom there, a hydrogen here
    SCOPED_TRACE(row[4] + " " + row[5]);
    const double threshold = parse_number(row[0]).value();
    const McesResult result =
        within(threshold < 0 ? std::nullopt : std::optional(threshold), row[4], row[5]);
    EXPECT_EQ(result.distance, parse_number(row[2]).value());
    EXPECT_FALSE(result.capped);
    ++checked;
  }
  EXPECT_EQ(checked, 22U);
}

TEST(McesOfTheReference, PairsHaveTheBoundAndTheDistancesOfTheReference) {
  const auto path = test::real_data() / "mces_pairs.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  auto rows = rows_of(path);
  ASSERT_EQ(rows.size(), 102U);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& row = rows[i];
    const std::string &a = row[7], &b = row[8];
    SCOPED_TRACE(row[0]);
    EXPECT_EQ(within(0, a, b).distance, parse_number(row[3]).value());
    EXPECT_EQ(within(10, a, b).distance, parse_number(row[4]).value());
    EXPECT_EQ(within(15, a, b).distance, parse_number(row[5]).value());
    const auto known = parse_number(row[6]);
    EXPECT_EQ(known ? exact(a, b) : 0, known.value_or(0));
  }
}

}  // namespace
}  // namespace specbridge
