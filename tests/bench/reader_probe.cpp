// Reads a file of spectra and says how fast, or what was read; scripts/science/compare_readers.py
// calls it.
//
// usage: specbridge_reader_probe [--dump] FILE

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"

namespace {

using namespace specbridge;

void dump(const Spectrum& spectrum) {
  nlohmann::json json = {{"id", spectrum.id},
                         {"ms_level", spectrum.ms_level},
                         {"polarity", spectrum.polarity},
                         {"adduct", spectrum.adduct},
                         {"smiles", spectrum.smiles},
                         {"inchikey", spectrum.inchikey},
                         {"formula", spectrum.formula},
                         {"instrument", spectrum.instrument},
                         {"collision_energy", spectrum.collision_energy},
                         {"problem", spectrum.problem},
                         {"peaks", nlohmann::json::array()}};
  if (spectrum.precursor_mz) json["precursor_mz"] = *spectrum.precursor_mz;
  if (spectrum.charge) json["charge"] = *spectrum.charge;
  for (const auto& peak : spectrum.peaks) json["peaks"].push_back({peak.mz, peak.intensity});
  fmt::print("{}\n", json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// The most memory this program has held; getrusage() would count what its parent held, too.
long peak_memory_kib() {
  std::ifstream status("/proc/self/status");
  constexpr std::string_view kKey = "VmHWM:";
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(kKey)) return std::stol(line.substr(kKey.size()));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool dumping = argc == 3 && std::string_view(argv[1]) == "--dump";
  if (argc != 2 && !dumping) return 2;
  try {
    const std::clock_t start = std::clock();
    const auto reader = open_spectra(argv[argc - 1]);
    std::size_t spectra = 0, peaks = 0, problems = 0;
    for (Spectrum spectrum; reader->next(spectrum); ++spectra) {
      peaks += spectrum.peaks.size();
      problems += spectrum.problem.empty() ? 0 : 1;
      if (dumping) dump(spectrum);
    }
    if (dumping) return 0;
    fmt::print("{}\n", nlohmann::json{{"spectra", spectra},
                                      {"peaks", peaks},
                                      {"problems", problems},
                                      {"cpu_seconds",
                                       static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC},
                                      {"peak_memory_kib", peak_memory_kib()}}
                           .dump());
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 3;
  }
}
