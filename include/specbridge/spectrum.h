#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/error.h"

namespace specbridge {

/// One peak: m/z in Th, intensity in arbitrary units.
struct Peak {
  double mz = 0;
  double intensity = 0;
};

/// What a file does oddly, though a record can be read all the same.
enum class Oddity : unsigned {
  decimal_comma = 1,         ///< "281,2013" was read as 281.2013
  several_charges = 2,       ///< "2+ and 3+": the first was taken
  charge_out_of_range = 4,   ///< a charge beyond 20 is taken for unknown
  more_peaks_than_said = 8,  ///< more peak lines than the record announces
  several_precursors = 16,   ///< several selected ions: the first was taken
  not_finite = 32,           ///< a peak is nan or infinite; cleaning leaves it out
  adduct_in_name = 64,       ///< the adduct stands behind the compound's name, as in GNPS libraries
  unreadable_charge = 128,   ///< "unknown": taken for no charge
  unreadable_level = 256,    ///< "two": the level is taken for not stated
  ambiguous_precursor = 512,  ///< "866.59/792.13": the spectrum is taken for that of the last
  several_adducts = 1024,     ///< "[M+H]+,[M+Na]+": each is tried
  precursor_chain = 2048,     ///< as many m/z as adducts: the k-th belong together
  outside_isolation = 4096,   ///< the selected ion is not in the isolation window
  wide_isolation = 8192,      ///< the isolation window is far wider than an ion
  profile = 16384,            ///< stated as a profile: the peaks are its centroids
};

/// What was let through to be fragmented, in Th; infinite where a side is not stated.
struct IsolationWindow {
  double low = 0, high = 0;
};

/// What a spectrum shows. Spectra of different kinds are never compared.
enum class SpectrumKind {
  tandem,  ///< fragments of a precursor that was chosen
  /// What electron ionisation (EI) made of a molecule: there is no precursor. A molecular ion that
  /// a record states as one is told by molecular_mass alone.
  electron,
};

/// A spectrum as its file states it. What a file does not say is absent, never a default.
struct Spectrum {
  std::string id;                ///< the record's own name, else "file:n"
  std::string feature_id, scan;  ///< FEATURE_ID and SCANS, by which other programs name it
  std::string native_id;         ///< of mzML, by which the file names it
  SourcePos origin;              ///< where the record begins
  SpectrumKind kind = SpectrumKind::tandem;
  int ms_level = 2;                    ///< 2 when the file does not say
  std::optional<double> precursor_mz;  ///< Th; of several the one whose fragments these are
  /// Where the file states several m/z ("866.59/792.13", or a selected ion outside its isolation
  /// window): all of them in their order, in Th, 0 for unknown; precursor_mz is the last that is
  /// known. Else empty.
  std::vector<double> precursors;
  std::optional<IsolationWindow> isolation;
  std::optional<int> charge;  ///< signed; absent when unknown or stated as 0
  /// The charge stands without a sign and no ion mode gives it one: positive by convention, but no
  /// contradiction to a negative adduct.
  bool sign_assumed = false;
  int polarity = 0;    ///< +1 or -1 where an ion mode is stated, else 0
  std::string adduct;  ///< as written, e.g. "[M+H]+"
  std::string smiles;  ///< or the InChI, where the file states no SMILES
  std::string inchikey, formula;
  std::string instrument, collision_energy, fold;
  std::string compound;  ///< what the compound is called; of several names the first
  std::string licence;   ///< under which the record may be used, as written
  std::optional<double> retention_time;  ///< s
  /// Of gas chromatography, in units of 100 a carbon atom of an alkane.
  std::optional<double> retention_index;
  std::optional<double> molecular_mass;  ///< Da, exact or nominal; of spectra without precursor
  std::vector<Peak> peaks;               ///< as written, in file order; of a profile its centroids
  std::string problem;                   ///< not empty: the record cannot be read; says why
  unsigned oddities = 0;                 ///< bits of Oddity

  void note(Oddity oddity) noexcept { oddities |= static_cast<unsigned>(oddity); }
  bool has(Oddity oddity) const noexcept { return (oddities & static_cast<unsigned>(oddity)) != 0; }
};

/// Whether it is a scan of all ions before fragmentation, which is passed over. Spectra of electron
/// ionisation are none, though some files call them MS1.
inline bool is_scan(const Spectrum& spectrum) noexcept {
  return spectrum.ms_level == 1 && spectrum.kind == SpectrumKind::tandem;
}

}  // namespace specbridge
