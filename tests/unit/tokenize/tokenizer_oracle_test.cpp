#include <gtest/gtest.h>

#include "base/json.h"
#include "support/support.h"
#include "tokenize/tokenizer.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
using Ids = std::vector<std::int64_t>;

Json read(const fs::path& file) {
  return Json::parse(test::slurp(file));
}

void expect_equal_ids(const fs::path& folder, const std::string& name, const Json& texts) {
  const Tokenizer tokenizer = Tokenizer::load(folder / (name + ".json"));
  const Json expected = read(folder / (name + ".ids.json"));
  ASSERT_EQ(expected["all"].size(), texts.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < texts.size() && different < 5; ++i) {
    const auto text = texts[i].get<std::string>();
    const Ids all = tokenizer.encode(text, 0), cut = tokenizer.encode(text, 12);
    EXPECT_EQ(all, expected["all"][i].get<Ids>()) << name << ": " << texts[i].dump().substr(0, 200);
    EXPECT_EQ(cut, expected["cut"][i].get<Ids>())
        << name << ", cut: " << texts[i].dump().substr(0, 200);
    if (testing::Test::HasFailure()) ++different;
  }
}

TEST(TokenizerOracle, GivesTheIdsOfTheHuggingFaceLibrary) {
  if (!fs::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const test::TemporaryFolder folder;
  const fs::path smiles = test::real_data() / "library.smi.gz";
  const auto script = test::source_dir() / "tests" / "unit" / "tokenize" / "tokenizer_oracle.py";
  const auto result =
      test::run(test::python().string() + " " + script.string() + " " + folder.path().string() +
                (fs::exists(smiles) ? " " + smiles.string() : ""));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const Json of_smiles = read(folder.path() / "smiles.texts.json");
  for (const char* name : {"zero_merges", "with_merges", "without_regex", "word_level",
                           "only_matches", "one_token_a_line"}) {
    expect_equal_ids(folder.path(), name, of_smiles);
  }
  const Json of_spectra = read(folder.path() / "spectra.texts.json");
  ASSERT_GE(of_spectra.size(), 18'000U);
  for (const char* name : {"llama", "llama_bytes"}) {
    expect_equal_ids(folder.path(), name, of_spectra);
  }
}

}  // namespace
}  // namespace specbridge
