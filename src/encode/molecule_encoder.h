#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "base/matrix.h"
#include "chem/molecule.h"
#include "specbridge/context.h"

namespace specbridge {

/// A frozen molecule encoder. A row depends on its molecule only: the same bits in any company and
/// on any number of threads.
class MoleculeEncoder {
 public:
  virtual ~MoleculeEncoder() = default;
  virtual std::size_t dim() const noexcept = 0;
  /// Identifies the vectors: equal fingerprints, equal vectors. SHA-256, hex, and the precision
  /// where it is not float32.
  virtual const std::string& fingerprint() const noexcept = 0;
  /// "albert", "bert", "morgan", "roberta", or one of them as "whitened morgan".
  virtual const std::string& architecture() const noexcept = 0;
  /// Embeds molecules. @return [molecules, dim()], float32, rows of unit L2 norm; a molecule whose
  /// vector is zero or not finite gets a zero row.
  virtual Matrix encode(std::span<const Molecule> molecules) const = 0;
};

/// Opens an encoder directory of any kind: checks every SHA-256, the op allow-list and the golden
/// values.
/// @throws ArtifactError naming file, expected and found; ResourceError for the device
std::unique_ptr<MoleculeEncoder> load_molecule_encoder(const std::filesystem::path& dir,
                                                       const RunContext& context);

}  // namespace specbridge
