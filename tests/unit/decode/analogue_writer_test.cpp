#include "decode/analogue_writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "decode/beam_search.h"
#include "specbridge/error.h"
#include "support/support.h"

namespace specbridge {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kMolecules = 100, kBeams = 5;
constexpr const char* kWheel = "annalog-1.0.6-py3-none-any.whl";

/// What the package writes by its own Python, and the directory that the exporter made of it.
class Annalog : public testing::Test {
 protected:
  void SetUp() override {
    const char* wheels = std::getenv("SPECBRIDGE_ENCODER_WHEELS");
    const fs::path wheel = fs::path(wheels == nullptr ? "" : wheels) / kWheel;
    if (wheels == nullptr || !fs::exists(wheel) || !fs::exists(test::python())) {
      GTEST_SKIP() << kWheel << " is not there; name a folder that holds it in "
                   << "SPECBRIDGE_ENCODER_WHEELS (pip download annalog==1.0.6 --no-deps)";
    }
    directory_ = folder_.path() / "annalog";
    const auto said = test::run(fmt::format(
        "gzip -dc {} | cut -f2 | {} -W ignore {} {} {} {} {}",
        (test::fixtures() / "simulated/library.smi.gz").string(), test::python().string(),
        (test::source_dir() / "tests/unit/decode/annalog_reference.py").string(), wheel.string(),
        directory_.string(), kMolecules, kBeams));
    ASSERT_EQ(said.exit_code, 0) << said.err;
    reference_ = said.out;
  }

  test::TemporaryFolder folder_;
  fs::path directory_;
  std::string reference_;  ///< a line a molecule: it, then texts and logarithms
};

TEST_F(Annalog, WritesWhatItsOwnPythonDoes) {
  const AnalogueWriter writer = AnalogueWriter::load(directory_, {});
  std::istringstream lines(reference_);
  std::size_t molecules = 0;
  for (std::string line; std::getline(lines, line); ++molecules) {
    std::istringstream fields(line);
    std::string molecule, text;
    fields >> molecule;
    const auto tokens = writer.vocabulary().tokens(molecule);
    ASSERT_TRUE(tokens.has_value()) << molecule;
    const auto step = writer.step(*tokens);
    for (const Sequence& written :
         beam_search(*step, writer.vocabulary().special(), {kBeams, writer.most_tokens()})) {
      double logarithm = 0;
      fields >> text >> logarithm;
      EXPECT_EQ(writer.vocabulary().text(written.tokens), text) << molecule;
      EXPECT_NEAR(written.log_probability, logarithm, 1e-3) << molecule;
    }
    EXPECT_FALSE(fields >> text) << molecule;
  }
  EXPECT_EQ(molecules, kMolecules);

  EXPECT_EQ(writer.most_read(), 100U);
  EXPECT_THROW(writer.step(std::vector<Token>(101)), std::invalid_argument);
}

TEST(AnalogueWriter, IsNoDecoderOfSpectra) {
  if (std::string(SPECBRIDGE_TINY_DECODER).empty()) GTEST_SKIP() << "no Python environment";
  EXPECT_THROW(AnalogueWriter::load(SPECBRIDGE_TINY_DECODER, {}), ArtifactError);
}

}  // namespace
}  // namespace specbridge
