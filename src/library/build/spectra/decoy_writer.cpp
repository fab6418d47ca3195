#include "library/build/spectra/decoy_writer.h"

#include <fmt/format.h>

#include <numeric>
#include <string_view>
#include <vector>

#include "base/parallel.h"
#include "library/build/spectra/decoy_peaks.h"
#include "library/build/spectra/spectral_writer.h"
#include "library/layout.h"
#include "library/spectra/spectral_layout.h"
#include "store/block_file.h"
#include "store/staging.h"

namespace specbridge {
namespace {

std::string decoy_text(const SpectrumText& text) {
  return fmt::format("{}{}\t{}\t{}\t{}\t{}\t{}\t{}", kDecoyPrefix, text.id, text.compound,
                     text.adduct, text.collision_energy, text.instrument, text.licence, text.file);
}

LibrarySpectrum decoy_of(const SpectralLibrary& targets, std::size_t spectrum, std::uint64_t seed) {
  LibrarySpectrum decoy{targets.precursor_mz(spectrum),
                        targets.polarity(spectrum),
                        static_cast<std::uint32_t>(targets.molecule_of(spectrum)),
                        {},
                        {}};
  set_peaks(decoy_peaks(targets, spectrum, seed), decoy);
  decoy.retention_index = targets.retention_index(spectrum);
  decoy.text = decoy_text(targets.text(spectrum));
  return decoy;
}

/// The molecules of decoys are those of their spectra.
void copy_molecules(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (const char* file : {layout::kMasses, layout::kKeys, layout::kFormulas, layout::kMolecules,
                           spectral_layout::kFingerprints}) {
    BlockFile(from / file).verify();
    clone_or_copy(from / file, to / file);
  }
}

SpectralOrigin origin_of_decoys(const SpectralLibrary& targets, std::uint64_t seed) {
  SpectralOrigin origin{targets.rule(), targets.spectra(), 0, 0, {}};
  for (std::size_t i = 0; i < targets.spectra(); ++i) {
    const std::string_view licence = targets.text(i).licence;
    ++origin.licences[licence.empty() ? "not stated" : std::string(licence)];
  }
  origin.decoys = DecoyOrigin{targets.fingerprint(), seed};
  return origin;
}

}  // namespace

bool can_have_decoys(const SpectralLibrary& targets) {
  return targets.products() != nullptr;
}

DecoyCounts write_decoys(const SpectralLibrary& targets, const std::filesystem::path& targets_dir,
                         const std::filesystem::path& dir, const RunContext& context) {
  copy_molecules(targets_dir, dir);
  DecoyCounts counts{targets.spectra(), 0};
  const SpectraSlice decoys = [&](std::size_t first, std::size_t count) {
    std::vector<LibrarySpectrum> slice(count);
    parallel_for(count, context.threads,
                 [&](std::size_t i) { slice[i] = decoy_of(targets, first + i, context.seed); });
    for (std::size_t i = 0; i < count; ++i) {
      counts.incomplete += slice[i].mz.size() < targets.peaks(first + i).size() ? 1 : 0;
    }
    return slice;
  };
  std::vector<std::uint32_t> rows(targets.molecules().rows());
  std::iota(rows.begin(), rows.end(), 0U);
  write_spectra({targets.spectra(), decoys}, rows, origin_of_decoys(targets, context.seed), dir,
                context);
  return counts;
}

}  // namespace specbridge
