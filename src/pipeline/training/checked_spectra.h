#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chem/molecule.h"
#include "chem/morgan.h"
#include "encode/spectrum_encoder.h"
#include "pipeline/training/labelled_spectra.h"
#include "specbridge/context.h"
#include "specbridge/train.h"

namespace specbridge {

/// Counts the records that cannot be used, and warns of them. @param what "training", "validation"
/// @param skipped records by reason
void warn_of_skipped(std::string_view what, const std::map<std::string, std::size_t>& skipped,
                     TrainReport& report, const RunContext& context);

/// Reads the spectra to validate by and says what is odd about them.
LabelledSpectra read_validation(const TrainConfig& config, const SpectrumEncoderInfo& encoder,
                                const LabelledSpectra& train, TrainReport& report,
                                const RunContext& context);

/// By first InChIKey block; of several molecules with one block the first counts.
std::map<std::string, FingerprintBits> fingerprints_of(const std::vector<Molecule>& molecules,
                                                       const RunContext& context);

}  // namespace specbridge
