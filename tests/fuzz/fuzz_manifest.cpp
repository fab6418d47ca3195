// Manifests under hostile bytes, as they are and once more with a checksum of their own that holds:
// what they state is there, or is refused.

#include <filesystem>
#include <fstream>
#include <string>

#include "base/json.h"
#include "bridge/training_data.h"
#include "chem/standard_form.h"
#include "encode/encoder_manifest.h"
#include "fuzz/memory_file.h"
#include "specbridge/error.h"
#include "store/manifest.h"
#include "support/sealed_manifest.h"
#include "support/support.h"

namespace specbridge {
namespace {

template <typename Read>
void attempt(Read&& read) {
  try {
    read();
  } catch (const ArtifactError&) {
    // a refusal is an answer
  }
}

void read_manifest(const std::filesystem::path& dir) {
  attempt([&] {
    const Manifest manifest = Manifest::open(dir);
    fuzz::require(manifest.field("files").is_object(), "a manifest lists its files");
    attempt([&] { manifest.verify_checksums(); });
    attempt([&] { manifest.open_block_file("rows"); });
    attempt([&] { check_standard_form(manifest, "specbridge index"); });
    attempt([&] { spectrum_encoder_info(manifest); });
    attempt([&] { golden_vectors(manifest, 1, 2); });
    attempt([&] { training_data_of(manifest); });
  });
}

}  // namespace
}  // namespace specbridge

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using specbridge::Json;
  static const specbridge::test::TemporaryFolder folder;
  static const auto rows = folder.write("rows", "0123456789");
  const std::string text(specbridge::fuzz::text_of(data, size));
  folder.write("manifest.json", text);
  specbridge::read_manifest(folder.path());
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return 0;
  try {
    folder.write("manifest.json", specbridge::test::sealed(json));
  } catch (const Json::exception&) {
    return 0;  // it holds bytes that no JSON text can
  }
  specbridge::read_manifest(folder.path());
  return 0;
}
