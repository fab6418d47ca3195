#include "reference_options.h"

#include <fmt/format.h>

#include "common_options.h"
#include "manual/description.h"
#include "specbridge/error.h"

namespace specbridge::tool {

namespace {

/// How spectra of electron ionisation are compared, and retention indices.
void add_gas_options(CLI::App& command, ReferenceOptions& options) {
  constexpr const char* kGroup = "Spectra of electron ionisation (GC-MS)";
  ReferenceSources& asked = options.asked;
  command
      .add_option_function<std::string>(
          "--unit-mass",
          [&asked](const std::string& name) { asked.unit_mass = parse_unit_mass(name); },
          "Whole m/z on both sides, where the library has not got them: round (to the nearest) or "
          "truncate")
      ->check(CLI::IsMember({"none", "round", "truncate"}))
      ->type_name("round|truncate")
      ->group(kGroup);
  command
      .add_option("--mz-power", asked.mz_power,
                  "A peak weighs m/z to this power (without: as the score or the library has it)")
      ->type_name("X")
      ->group(kGroup);
  command.add_option("--intensity-power", asked.intensity_power, "times intensity to this power")
      ->type_name("X")
      ->group(kGroup);
  tell(command.add_option("--mass", options.mass,
                          "Compare with molecules within this of the mass that the record states "
                          "(ExactMass, MW): 5Da; a record that states none is compared with all"),
       "WIDTH", kGroup);
  command
      .add_flag("--guess-mass", options.guess_mass,
                "With --mass: where no mass is stated take the highest m/z of at least 1 % of the "
                "base peak for it")
      ->group(kGroup);
  command
      .add_option("--retention-index", asked.gas.retention_width,
                  "Leave out library spectra whose retention index is further away than this, "
                  "where both sides state one")
      ->check(CLI::PositiveNumber)
      ->type_name("WIDTH")
      ->group(kGroup);
  command
      .add_option("--retention-penalty", asked.gas.retention_penalty,
                  "With --retention-index: keep them, for this much less similarity for every "
                  "further WIDTH, e.g. 0.1")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("X")
      ->group(kGroup);
}

/// Whether something is said of how library spectra are searched.
bool says_how(const ReferenceOptions& options) {
  const ReferenceSources& asked = options.asked;
  return asked.score || options.peak_tolerance || asked.min_matched || asked.min_score ||
         options.same_adduct || options.leave_own_out || options.analogues || asked.unit_mass ||
         asked.mz_power || asked.intensity_power || options.mass || options.guess_mass ||
         asked.gas.retention_width || asked.gas.retention_penalty;
}

}  // namespace

void add_references(CLI::App& command, ReferenceOptions& options) {
  constexpr const char* kGroup = "Library spectra";
  ReferenceSources& asked = options.asked;
  tell(command.add_option("--spectral-library", options.library,
                          "Library of spectra made by specbridge index --spectra: alone, the "
                          "compounds of similar spectra are the answers and no model is needed; "
                          "beside molecules they are further evidence"),
       "DIR", kGroup);
  command
      .add_option(
          "--score", asked.score,
          "How spectra are compared: entropy, cosine, weighted_cosine ... (see specbridge "
          "similarity --help), with --open also entropy_hybrid or modified_cosine, which match "
          "peaks that are apart as the precursors are, or vector, by the model that the library "
          "was built with; without: as the library was built for")
      ->type_name("NAME")
      ->group(kGroup);
  tell(command.add_option("--peak-tolerance", options.peak_tolerance,
                          "How far two peaks may be apart to match: 0.02Da, 10ppm"),
       "WIDTH", kGroup);
  command.add_option("--min-matched", asked.min_matched, "Fewest peaks that must match")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N")
      ->group(kGroup);
  command.add_option("--min-score", asked.min_score, "Lowest similarity that counts")
      ->check(CLI::Range(0.0, 1.0))
      ->type_name("SCORE")
      ->group(kGroup);
  command
      .add_flag("--same-adduct", options.same_adduct,
                "Compare with library spectra of the same adduct only; ion modes are always the "
                "same")
      ->group(kGroup);
  command
      .add_flag("--analogues", options.analogues,
                "Further evidence: how alike candidates are to the compounds of library spectra of "
                "other precursors that are like the spectrum (always there where a model was "
                "calibrated with it)")
      ->group(kGroup);
  command
      .add_flag("--leave-own-out", options.leave_own_out,
                "Leave out library spectra of the same name, or with all the same peaks: for "
                "spectra that are in the library themselves")
      ->group(kGroup);
  add_gas_options(command, options);
}

std::optional<ReferenceSources> references_of(const ReferenceOptions& options,
                                              std::string_view command) {
  ReferenceSources asked = options.asked;
  if (!options.library) {
    if (!says_how(options)) return {};
    throw UsageError(fmt::format(
        "{}: --score, --peak-tolerance, --min-matched, --min-score, --same-adduct, --analogues, "
        "--leave-own-out and the options of GC-MS are about library spectra; name their library "
        "with --spectral-library",
        command));
  }
  if (options.guess_mass && !options.mass) {
    throw UsageError(fmt::format("{}: --guess-mass: expected --mass with it", command));
  }
  if (asked.gas.retention_penalty && !asked.gas.retention_width) {
    throw UsageError(
        fmt::format("{}: --retention-penalty: expected --retention-index with it", command));
  }
  if (options.mass) asked.gas.mass = parse_tolerance(*options.mass);
  if (options.guess_mass) asked.gas.mass_of_query = MassOfQuery::guessed;
  asked.library = *options.library;
  if (options.peak_tolerance) asked.peak_tolerance = parse_tolerance(*options.peak_tolerance);
  if (options.analogues) asked.analogues = Analogues::show;
  if (options.same_adduct) asked.adducts = ReferenceAdducts::same;
  if (options.leave_own_out) asked.own_record = OwnRecord::leave_out;
  return asked;
}

}  // namespace specbridge::tool
