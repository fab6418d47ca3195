#pragma once

#include <c10/core/Device.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "specbridge/precision.h"

namespace specbridge {

/// Refuses to compute vectors in a type that the processor only imitates: they would cost more and
/// have other bits than elsewhere. @throws ResourceError
void demand_precision(Precision precision, const c10::Device& device);

/// Identifies vectors: the fingerprint of the network, with the type of its matrix products where
/// that is not float32. Equal identities, equal vectors.
std::string vectors_in(Precision precision, const std::string& fingerprint);
/// The same of a molecule-encoder directory; what computes no matrix products has one identity.
/// @throws ArtifactError
std::string vectors_of_molecule_encoder(const std::filesystem::path& dir, Precision precision);

/// Whether two identities are of one network.
bool same_network(std::string_view a, std::string_view b);
/// How messages name the identity of vectors: the first twelve digits, and the type.
std::string short_identity(std::string_view identity);
/// What to do about vectors of another encoder: `otherwise`, or the option --precision where only
/// the type differs.
std::string remedy(std::string_view found, std::string_view expected, const std::string& otherwise);

}  // namespace specbridge
