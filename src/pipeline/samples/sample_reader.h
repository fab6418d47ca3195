#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bridge/bridge.h"
#include "samples/blanks.h"
#include "specbridge/context.h"
#include "specbridge/query.h"
#include "specbridge/spectrum_reader.h"

namespace specbridge {

/// What was read of a sample's file.
struct SampleCounts {
  std::size_t spectra = 0, used = 0, in_blanks = 0, ms1_scans = 0;
  std::map<std::string, std::size_t> unusable = {};  ///< by status
  std::string error = {};  ///< why the file could not be read to its end; "": it was
};

/// Whether spectra get their vectors.
enum class SpectrumVectors { make, skip };

struct SampleReading {
  std::optional<SpectrumFormat> format = {};
  std::size_t in_flight = 256;
};

/// Reads the spectra of samples, some thousands at a time, and leaves out what cannot be used and
/// what blanks have, too.
class SampleReader {
 public:
  /// @param model nullptr: spectra get no vectors; it and the blanks must outlive the reader
  SampleReader(const Bridge* model, const Blanks& blanks, SampleReading reading,
               const RunContext& context)
      : model_(model), blanks_(blanks), reading_(reading), context_(context) {}

  /// Hands over the spectra of a file in their order, each with its vector of unit length, empty
  /// where none is made. A spectrum that the encoder gives no direction counts as unusable. A file
  /// that is damaged ends where it is; the counts say so. @throws Interrupted
  SampleCounts read(const std::filesystem::path& file, SpectrumVectors vectors,
                    const std::function<void(const Query&, std::span<const float>)>& use) const;
  /// The usable spectra of blank runs. @throws InputError for a file that is damaged or has none
  static Blanks read_blanks(const std::vector<std::filesystem::path>& files, BlankRule rule,
                            const SampleReading& reading, const RunContext& context);

  const Bridge* model() const noexcept { return model_; }

 private:
  const Bridge* model_;
  const Blanks& blanks_;
  SampleReading reading_;
  const RunContext& context_;
};

}  // namespace specbridge
