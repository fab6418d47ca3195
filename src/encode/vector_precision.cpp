#include "encode/vector_precision.h"

#include <fmt/format.h>

#include "encode/encoder_manifest.h"
#include "encode/whitened_encoder.h"
#include "specbridge/error.h"
#include "store/manifest.h"

namespace specbridge {
namespace {

constexpr std::string_view kInBfloat16 = " in bfloat16";

/// The network's fingerprint, without the type.
std::string_view network_of(std::string_view identity) {
  return identity.substr(0, identity.find(' '));
}

/// Whether a molecule encoder, or the one that it is made of, multiplies matrices.
bool has_network(const std::filesystem::path& dir) {
  const auto base = dir / kBaseEncoderFolder;
  return std::filesystem::exists(dir / kNetworkFile) ||
         (std::filesystem::exists(base) && has_network(base));
}

}  // namespace

void demand_precision(Precision precision, const c10::Device& device) {
  if (precision == Precision::float32 || device.is_cuda() || processor_has_bfloat16()) return;
  throw ResourceError(
      "--precision bfloat16: this processor has no instructions for it (AVX512_BF16); use float32");
}

std::string vectors_in(Precision precision, const std::string& fingerprint) {
  return precision == Precision::float32 ? fingerprint : fingerprint + std::string(kInBfloat16);
}

std::string vectors_of_molecule_encoder(const std::filesystem::path& dir, Precision precision) {
  const std::string fingerprint = Manifest::open(dir, "molecule-encoder").text("fingerprint");
  return has_network(dir) ? vectors_in(precision, fingerprint) : fingerprint;
}

bool same_network(std::string_view a, std::string_view b) {
  return network_of(a) == network_of(b);
}

std::string short_identity(std::string_view identity) {
  const std::string_view network = network_of(identity);
  return fmt::format("{:.12}...{}", network, identity.substr(network.size()));
}

std::string remedy(std::string_view found, std::string_view expected,
                   const std::string& otherwise) {
  if (found == expected || !same_network(found, expected)) return otherwise;
  return fmt::format("run with --precision {}, or {}",
                     found.ends_with(kInBfloat16) ? "bfloat16" : "float32", otherwise);
}

}  // namespace specbridge
