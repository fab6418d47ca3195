#include "encode/molecule_encoder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "specbridge/error.h"
#include "support/support.h"
#include "tiny_encoders.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;

RunContext on_cpu(std::size_t threads = 1) {
  RunContext context;
  context.device = {Device::Kind::cpu, 0};
  context.threads = threads;
  return context;
}

/// Encoders see the SMILES only.
Molecule spelled(const std::string& smiles) {
  return Molecule::trusted(smiles, "KEY", "", 0, 0);
}

std::vector<Molecule> chains(std::size_t count) {
  Random random(5);
  std::vector<Molecule> molecules;
  for (std::size_t i = 0; i < count; ++i) {
    std::string smiles;
    for (std::size_t k = 1 + random.below(40); k > 0; --k) smiles += "CNOc=1"[random.below(6)];
    molecules.push_back(spelled(smiles));
  }
  return molecules;
}

std::vector<float> values(std::span<const float> row) {
  return {row.begin(), row.end()};
}

/// Every row has the same bits alone, at every place of a micro-batch, in other company, on two
/// threads.
void expect_vectors_of_their_own(const fs::path& dir, std::vector<Molecule> molecules) {
  const auto encoder = load_molecule_encoder(dir, on_cpu());
  const Matrix together = encoder->encode(molecules);
  const Matrix two_threads = load_molecule_encoder(dir, on_cpu(2))->encode(molecules);
  EXPECT_EQ(values(two_threads.values()), values(together.values()));
  for (std::size_t shift = 1; shift <= 16; ++shift) {
    std::rotate(molecules.begin(), molecules.begin() + 1, molecules.end());
    const Matrix rotated = encoder->encode(molecules);
    for (std::size_t i = 0; i < molecules.size(); ++i) {
      EXPECT_EQ(values(rotated.row(i)), values(together.row((i + shift) % molecules.size())));
    }
  }
  const Matrix alone = encoder->encode(std::span(molecules).first(1));
  EXPECT_EQ(values(alone.row(0)), values(together.row(16)));
}

class TinyMoleculeEncoder : public testing::Test {
 protected:
  fs::path dir() const { return folder_ / "encoder"; }
  std::string refusal(const test::ManifestChange& change) const {
    test::write_tiny_molecule_encoder(dir(), change);
    const std::string message = test::message_of([&] { load_molecule_encoder(dir(), on_cpu()); });
    const std::string start = dir().string() + "/";
    return message.starts_with(start) ? message.substr(start.size()) : message;
  }
  test::TemporaryFolder folder_;
};

TEST_F(TinyMoleculeEncoder, GivesUnitVectors) {
  test::write_tiny_molecule_encoder(dir());
  const auto encoder = load_molecule_encoder(dir(), on_cpu());
  EXPECT_EQ(encoder->architecture(), "roberta");
  EXPECT_EQ(encoder->fingerprint(), "4567");
  EXPECT_EQ(encoder->dim(), 8U);
  const Matrix vectors = encoder->encode(chains(20));
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    EXPECT_NEAR(dot(vectors.row(i), vectors.row(i)), 1, 1e-6);
  }
}

TEST_F(TinyMoleculeEncoder, GivesNoRowsForNoMolecules) {
  test::write_tiny_molecule_encoder(dir());
  EXPECT_EQ(load_molecule_encoder(dir(), on_cpu())->encode({}).rows(), 0U);
}

TEST_F(TinyMoleculeEncoder, EmbedsARowFromItsOwnMoleculeOnly) {
  test::write_tiny_molecule_encoder(dir());
  expect_vectors_of_their_own(dir(), chains(50));
}

TEST_F(TinyMoleculeEncoder, IsRefusedWhenGoldenMoleculesGetOtherTokens) {
  EXPECT_EQ(
      refusal([](Json& manifest) { manifest["golden"]["smiles"] = {"CCN"}; }),
      "tokenizer.json: its golden SMILES give other token ids than the manifest says; export the "
      "encoder again");
}

TEST_F(TinyMoleculeEncoder, IsRefusedWhenAGoldenVectorIsNotReached) {
  const std::string message =
      refusal([](Json& manifest) { manifest["golden"]["vectors"][0][2] = 5.0; });
  EXPECT_TRUE(message.starts_with("model.pt: golden vector 1 differs by ")) << message;
}

TEST_F(TinyMoleculeEncoder, IsReadUnderTheNameOfEveryNetworkOfTokens) {
  for (const std::string name : {"albert", "bert", "roberta"}) {
    test::write_tiny_molecule_encoder(dir(),
                                      [&](Json& manifest) { manifest["architecture"] = name; });
    const auto encoder = load_molecule_encoder(dir(), on_cpu());
    EXPECT_EQ(encoder->architecture(), name);
    EXPECT_EQ(encoder->encode(std::vector{spelled("CCO")}).cols(), 8U);
  }
}

TEST_F(TinyMoleculeEncoder, IsRefusedForAnArchitectureThatIsNotKnown) {
  EXPECT_EQ(refusal([](Json& manifest) { manifest["architecture"] = "graph"; }),
            "manifest.json: \"architecture\" is \"graph\", this program knows \"albert\", "
            "\"bert\", \"morgan\", \"roberta\" and \"whitened\"; export the encoder again or use "
            "a newer specbridge");
}

TEST_F(TinyMoleculeEncoder, IsRefusedForAnotherStandardFormOfMolecules) {
  EXPECT_EQ(refusal([](Json& manifest) { manifest.erase("standard_form"); }),
            "manifest.json: made with standard form 1 of molecules (it states none), this program "
            "has 2 and spells some of them in another way; make it again with "
            "tools/export/export_chemberta.py");
  EXPECT_EQ(
      refusal([](Json& manifest) { manifest["standard_form"] = 3; }),
      "manifest.json: made with standard form 3 of molecules, this program has 2; use a newer "
      "specbridge");
}

TEST_F(TinyMoleculeEncoder, IsRefusedWhenAFileIsMissingOrChanged) {
  test::write_tiny_molecule_encoder(dir());
  std::string tokenizer = test::slurp(dir() / "tokenizer.json");
  std::swap(tokenizer[0], tokenizer[1]);
  folder_.write("encoder/tokenizer.json", tokenizer);
  EXPECT_THROW(load_molecule_encoder(dir(), on_cpu()), ArtifactError);
  fs::remove(dir() / "tokenizer.json");
  EXPECT_EQ(test::message_of([&] { load_molecule_encoder(dir(), on_cpu()); }),
            (dir() / "tokenizer.json").string() + ": is missing");
}

/// Encoders as the exporter makes them.
TEST(ExportedMoleculeEncoder, EmbedsARowFromItsOwnMoleculeOnly) {
  if (!fs::exists(test::python())) GTEST_SKIP() << "no Python environment";
  const test::TemporaryFolder folder;
  const auto exported =
      test::run(test::python().string() + " " +
                (test::source_dir() / "tools" / "export" / "export_chemberta.py").string() +
                " --random-init --preset tiny --seed 1 -o " + (folder / "encoder").string());
  ASSERT_EQ(exported.exit_code, 0) << exported.err;
  expect_vectors_of_their_own(folder / "encoder", chains(50));
}

}  // namespace
}  // namespace specbridge
