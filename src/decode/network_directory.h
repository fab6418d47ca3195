#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "decode/smiles_vocabulary.h"
#include "store/manifest.h"

namespace torch::jit {
struct Module;
}

namespace specbridge {

/// What directories of networks that write texts have in common.
inline constexpr const char* kVocabularyFile = "vocabulary.json";

/// The words of a network, by number. @throws ArtifactError
SmilesVocabulary read_vocabulary(const Manifest& manifest);
/// Rows of equal length that a manifest states among its golden values. @throws ArtifactError
at::Tensor golden_rows(const Manifest& manifest, const char* name);
/// Lists of tokens among them.
std::vector<std::vector<std::int64_t>> golden_texts(const Manifest& manifest, const char* name);
/// @throws ArtifactError where a network lacks one of these @param where names its file
void demand_methods(const torch::jit::Module& module, std::initializer_list<const char*> methods,
                    const std::string& where);

}  // namespace specbridge
