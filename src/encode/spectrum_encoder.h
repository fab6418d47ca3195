#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/matrix.h"
#include "ms/electron/peak_words.h"
#include "ms/preprocess.h"
#include "specbridge/spectrum.h"
#include "specbridge/status.h"

namespace specbridge {

/// What a spectrum-encoder directory states about itself, without loading the network.
struct SpectrumEncoderInfo {
  std::string architecture, fingerprint;
  std::size_t dim = 0;
  std::size_t blocks = 0;
  PreprocessProfile profile;
  /// Of a network that reads spectra of electron ionisation as text: how they are written.
  std::optional<TextRendering> text;

  /// Why a record cannot be encoded, if there is a reason.
  std::optional<Refusal> refusal(const Spectrum& spectrum) const;
  /// The peaks of a record as the encoder wants them cleaned. Of a text, row 0 has m/z 0 and peaks
  /// stand in the order of the file.
  /// @throws std::invalid_argument when there is a refusal
  PeakRows clean(const Spectrum& spectrum) const;
};

// Defined in encode/encoder_manifest.cpp.

/// @throws ArtifactError
SpectrumEncoderInfo describe_spectrum_encoder(const std::filesystem::path& dir);

/// A spectrum encoder of any kind. Whether the network reads peaks or a text of them, nobody above
/// knows. Thread-safe.
class SpectrumEncoder {
 public:
  virtual ~SpectrumEncoder() = default;
  virtual std::size_t dim() const noexcept = 0;
  /// Identifies the network and its weights. SHA-256, hex.
  virtual const std::string& fingerprint() const noexcept = 0;
  /// Why a record cannot be encoded, if there is a reason.
  virtual std::optional<Refusal> refusal(const Spectrum& spectrum) const = 0;
  /// The peaks of a record as this encoder wants them cleaned.
  /// @throws std::invalid_argument when there is a refusal
  virtual PeakRows clean(const Spectrum& spectrum) const = 0;
  /// Encodes. A row has the same bits in any company and on any number of threads.
  /// `in_flight` spectra are worked on at a time; it never changes a bit.
  /// @return [spectra, dim()], not normalised
  virtual Matrix encode(std::span<const PeakRows> spectra, std::size_t threads,
                        std::size_t in_flight) const = 0;
};

}  // namespace specbridge
