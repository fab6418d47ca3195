#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/row_type.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/unit_mass.h"

namespace specbridge {

/// What `specbridge index --spectra` is asked for.
struct SpectralIndexConfig {
  std::vector<std::filesystem::path> spectra;  ///< files and folders of known compounds
  std::optional<SpectrumFormat> format = {};   ///< absent: told by content, for each file
  /// How peaks are cleaned and compared, see parse_preset(); absent: "ei" where the first record of
  /// use is of electron ionisation, else "entropy".
  std::optional<std::string> preset = {};
  std::optional<UnitMass> unit_mass = {};                     ///< absent: that of the preset
  std::optional<double> mz_power = {}, intensity_power = {};  ///< the same
  std::optional<std::filesystem::path> model = {};  ///< adds vectors of spectra and molecules
  RowType rows = RowType::f32;                      ///< how vectors of spectra are kept
  std::filesystem::path out;
  std::size_t in_flight = 256;  ///< spectra embedded at a time; never changes a vector
  Existing existing = Existing::refuse;
};

/// What came of it: read = spectra + duplicates + rejected.
struct SpectralIndexReport {
  std::size_t read = 0, spectra = 0, molecules = 0, duplicates = 0, rejected = 0;
  std::map<std::string, std::size_t> reasons;   ///< of the rejected
  std::map<std::string, std::size_t> licences;  ///< records by what they state
  std::size_t electron_spectra = 0;             ///< of electron ionisation, duplicates included
  std::string preset;                           ///< by which peaks were cleaned
  std::size_t ms1_scans = 0;                    ///< passed over
  std::size_t damaged_files = 0;                ///< of folders: not read to their end
};

/// The counts as JSON text.
std::string to_json(const SpectralIndexReport& report);

/// Builds a spectral library directory of records that state peaks, structure, and a precursor m/z
/// unless they are of electron ionisation.
/// Memory: about 32 bytes a spectrum, some hundred a molecule, and a fixed rest.
/// @throws UsageError, InputError when no record is of use, ArtifactError, OutputError
SpectralIndexReport run_index_spectra(const SpectralIndexConfig& config, const RunContext& context);

}  // namespace specbridge
