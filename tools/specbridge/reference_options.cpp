#include "reference_options.h"

#include <fmt/format.h>

#include "common_options.h"
#include "manual/description.h"
#include "specbridge/error.h"

namespace specbridge::tool {

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
}

std::optional<ReferenceSources> references_of(const ReferenceOptions& options,
                                              std::string_view command) {
  ReferenceSources asked = options.asked;
  const bool detailed = asked.score || options.peak_tolerance || asked.min_matched ||
                        asked.min_score || options.same_adduct || options.leave_own_out ||
                        options.analogues;
  if (!options.library) {
    if (!detailed) return {};
    throw UsageError(fmt::format(
        "{}: --score, --peak-tolerance, --min-matched, --min-score, --same-adduct, --analogues and "
        "--leave-own-out are about library spectra; name their library with --spectral-library",
        command));
  }
  asked.library = *options.library;
  if (options.peak_tolerance) asked.peak_tolerance = parse_tolerance(*options.peak_tolerance);
  if (options.analogues) asked.analogues = Analogues::show;
  if (options.same_adduct) asked.adducts = ReferenceAdducts::same;
  if (options.leave_own_out) asked.own_record = OwnRecord::leave_out;
  return asked;
}

}  // namespace specbridge::tool
