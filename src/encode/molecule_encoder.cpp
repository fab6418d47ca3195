#include "encode/molecule_encoder.h"

#include <fmt/format.h>

#include <array>

#include "chem/standard_form.h"
#include "encode/molecule_encoder_kinds.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

struct Kind {
  const char* architecture;
  const char* made_by;  ///< what makes such a directory
  std::unique_ptr<MoleculeEncoder> (*load)(const Manifest&, const RunContext&);
};

constexpr const char* kLanguageExport = "tools/export/export_chemberta.py";
constexpr std::array<Kind, 5> kKinds = {
    {{"albert", kLanguageExport, load_language_encoder},
     {"bert", kLanguageExport, load_language_encoder},
     {"morgan", "specbridge make-encoder morgan", load_morgan_encoder},
     {"roberta", kLanguageExport, load_language_encoder},
     {"whitened", "specbridge train", load_whitened_encoder}}};

}  // namespace

std::unique_ptr<MoleculeEncoder> load_molecule_encoder(const std::filesystem::path& dir,
                                                       const RunContext& context) {
  const Manifest manifest = Manifest::open(dir, "molecule-encoder");
  const std::string architecture = manifest.text("architecture");
  for (const Kind& kind : kKinds) {
    if (kind.architecture != architecture) continue;
    check_standard_form(manifest, kind.made_by);
    return kind.load(manifest, context);
  }
  throw ArtifactError(
      fmt::format("{}: \"architecture\" is \"{}\", this program knows \"albert\", \"bert\", "
                  "\"morgan\", \"roberta\" and \"whitened\"; export the encoder again or use a "
                  "newer specbridge",
                  (dir / "manifest.json").string(), architecture));
}

}  // namespace specbridge
