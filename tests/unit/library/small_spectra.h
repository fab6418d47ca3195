#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "library/build/spectra/spectral_writer.h"
#include "ms/similarity/peak_cleaning.h"
#include "small_library.h"

namespace specbridge::test {

/// A record on its way into a small library of spectra.
struct SmallRecord {
  double precursor_mz = 0;
  std::vector<Peak> peaks;
  std::string id;
  int polarity = 1;
  std::string smiles = "CCO";
  double mass = 46;
  std::optional<double> retention_index = {};
};

/// Writes a library of spectra as `index --spectra` does, with its molecules made up.
/// @return duplicates that were found
inline std::size_t write_spectral_library(const std::filesystem::path& dir,
                                          const std::vector<SmallRecord>& records,
                                          const std::string& preset = "entropy") {
  std::filesystem::create_directories(dir);
  const SimilarityRule rule = parse_preset(preset);
  DistinctMolecules molecules;
  SortedSpectra spectra(dir / "spill.tmp");
  for (const auto& record : records) {
    LibrarySpectrum spectrum{record.precursor_mz,
                             record.polarity,
                             molecules.number_of(made_up(record.smiles, record.mass), {record.id}),
                             {},
                             {}};
    const bool electron = record.precursor_mz == 0;
    set_peaks(cleaned(record.peaks, electron ? std::nullopt : std::optional(record.precursor_mz),
                      rule.cleaning),
              spectrum);
    spectrum.retention_index = record.retention_index;
    spectrum.text = record.id + "\tname\t[M+H]+\t20 eV\tQTOF\tCC0\tfile.mgf";
    spectra.add(spectrum);
  }
  const std::size_t duplicates = spectra.sort();
  const auto rows = write_molecules(molecules, {}, dir, {});
  std::filesystem::remove(dir / "spill.tmp");
  write_spectra(in_order(spectra), rows, {rule, records.size(), duplicates, 0, {}}, dir, {});
  return duplicates;
}

/// Spectra of which many share peaks: m/z from a list of 60, precursors from five.
inline std::vector<SmallRecord> random_records(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<SmallRecord> records;
  for (std::size_t i = 0; i < count; ++i) {
    SmallRecord record{
        200.0 + 10.0 * static_cast<double>(random.below(5)), {}, "s" + std::to_string(i)};
    record.polarity = static_cast<int>(random.below(3)) - 1;
    const std::size_t peaks = 1 + random.below(12);
    for (std::size_t p = 0; p < peaks; ++p) {
      const double mz = 50.0 + 2.371 * static_cast<double>(random.below(60));
      record.peaks.push_back({mz + 0.01 * random.uniform(), 0.02 + random.uniform()});
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace specbridge::test
