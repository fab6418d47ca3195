#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/matrix.h"
#include "bridge/training_data.h"
#include "ms/preprocess.h"
#include "specbridge/calibration.h"
#include "specbridge/context.h"
#include "specbridge/status.h"
#include "specbridge/training_objective.h"

namespace specbridge {

/// What becomes of the molecule encoder that a model holds, when the model is opened.
enum class MoleculeFiles {
  check,  ///< its files are hashed: the model is whole
  load,   ///< load_molecule_encoder() follows and hashes them
};

/// A trained model, ready to embed spectra in the molecule space: encoder, projection head and
/// residual orthogonal mapper, or several trainings of them. Immutable after loading.
class Bridge {
 public:
  /// Opens a model directory, to compute in the context's precision; every checksum must hold.
  /// Never falls back to anything.
  /// @throws ArtifactError, ResourceError
  static Bridge load(const std::filesystem::path& dir, const RunContext& context,
                     MoleculeFiles molecules = MoleculeFiles::check);
  ~Bridge();
  Bridge(Bridge&&) noexcept;

  std::size_t dim() const noexcept;
  /// Trainings that it is made of.
  std::size_t members() const noexcept;
  /// Why a record cannot be embedded, if there is a reason.
  std::optional<Refusal> refusal(const Spectrum& spectrum) const;
  /// The peaks of a record as the encoder wants them cleaned.
  PeakRows clean(const Spectrum& spectrum) const;
  /// What its vectors are for.
  TrainingObjective objective() const noexcept;
  /// Identifies the vectors of the molecule encoder that the model was trained for
  /// (MoleculeEncoder::fingerprint()); empty where it learned similarity.
  const std::string& molecule_encoder_fingerprint() const noexcept;
  /// Identifies the vectors it makes: SHA-256 of the trained model (weights and encoder), and the
  /// precision where that is not float32.
  const std::string& fingerprint() const noexcept;
  /// Training spectra by adduct; empty: the model does not say.
  const std::map<std::string, std::size_t>& trained_adducts() const noexcept;
  /// Whether the model directory has a learned fragment score.
  bool has_fragments() const noexcept;
  /// How its evidence is weighed; nothing: nobody has done it.
  const std::optional<Calibration>& calibration() const noexcept;
  /// What the model was trained on, as far as it says.
  const TrainingData& training_data() const noexcept;
  /// Mean of the training targets (unit vectors, weighted as training sampled them) [dim()], unit
  /// length; empty where the model learned similarity.
  std::span<const float> mean_target() const noexcept;

  /// Embeds spectra: normalise(blocks(W head(encoder(x)))). A row has the same bits in any company
  /// and on any number of threads. `in_flight` spectra are worked on at a time; it never changes a
  /// bit.
  /// @return [spectra, dim()], rows of unit L2 norm; of several trainings the mean of theirs, which
  /// is shorter the less they agree: its cosines are the means of theirs
  Matrix embed(std::span<const PeakRows> spectra, std::size_t in_flight = 256) const;
  /// The same with the vectors of several trainings side by side, divided by the root of their
  /// number: of unit length, and the inner product of two is the mean of the members' cosines. With
  /// a molecule, too, whose vector stands there as often and is divided alike. Of one training it
  /// is what embed() gives.
  /// @return [spectra, members() * dim()]; the part of a member without a finite direction is zero
  Matrix embed_apart(std::span<const PeakRows> spectra, std::size_t in_flight = 256) const;

 private:
  struct Impl;
  explicit Bridge(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
