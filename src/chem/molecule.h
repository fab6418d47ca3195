#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace specbridge {

/// One molecule in the one spelling the program knows. Only standardize() makes them.
class Molecule {
 public:
  const std::string& smiles() const noexcept { return smiles_; }  ///< canonical, standardised
  const std::string& inchikey14() const noexcept { return inchikey14_; }  ///< first InChIKey block
  /// The whole key: of this form, without stereo, unless state_inchikey() took another.
  const std::string& inchikey() const noexcept { return inchikey_; }
  const std::string& formula() const noexcept { return formula_; }  ///< Hill order, charge suffix
  double exact_mass() const noexcept { return exact_mass_; }  ///< monoisotopic, Da, sum of atoms
  int charge() const noexcept { return charge_; }             ///< what neutralising left

  /// Takes over the key that a source states of the molecule, with stereo; one that is no InChIKey
  /// or of another first block is passed over.
  void state_inchikey(std::string_view stated);

  /// Rebuilds a molecule from fields that standardize() once gave (a library's rows).
  /// @param inchikey the whole key, or its first block only
  static Molecule trusted(std::string smiles, std::string inchikey, std::string formula,
                          double exact_mass, int charge);

 private:
  Molecule() = default;
  std::string smiles_, inchikey14_, inchikey_, formula_;
  double exact_mass_ = 0;
  int charge_ = 0;
};

/// Why a text is no molecule: a short class ("empty", "not_smiles", "not_inchi", "bad_structure",
/// "wildcard", "complex", "too_large", "no_inchikey") and a sentence.
struct Rejection {
  std::string reason, message;
};

/// The only way for a molecule into the program, as SMILES, SMILES with a ChemAxon extension, or
/// InChI: bonds of salts cut, charges written in one way, neutralised where protons allow it
/// (quaternary nitrogen stays charged), largest organic fragment (most heavy atoms, then mass),
/// stereo removed, isotopes kept, RDKit canonical SMILES of the re-read result, so that every
/// spelling of a structure gives the same bytes. kStandardForm counts its changes. Thread-safe.
std::variant<Molecule, Rejection> standardize(std::string_view text);

/// The version of RDKit that spells the SMILES, recorded in artifacts.
std::string chemistry_version();

/// Limits beyond which a SMILES is rejected as "too_large".
constexpr std::size_t kMaxSmilesLength = 4000;
constexpr std::size_t kMaxHeavyAtoms = 500;

}  // namespace specbridge
