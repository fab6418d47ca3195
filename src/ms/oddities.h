#pragma once

#include <array>
#include <string_view>

#include "specbridge/spectrum.h"

namespace specbridge {

/// What reports say of an oddity.
struct OddityRow {
  Oddity oddity;
  std::string_view name;    ///< in reports
  std::string_view remedy;  ///< what was done, and what helps
};

/// Every oddity of a record, in the order of reports.
inline constexpr std::array<OddityRow, 15> kOddities = {{
    {Oddity::decimal_comma, "decimal_comma",
     "read as decimal points; export with points to be safe"},
    {Oddity::several_charges, "several_charges", "the first charge is taken; state one"},
    {Oddity::charge_out_of_range, "charge_out_of_range",
     "taken for unknown; state a charge of at most 20"},
    {Oddity::more_peaks_than_said, "more_peaks_than_said",
     "all peaks are taken; correct the number of peaks"},
    {Oddity::several_precursors, "several_precursors",
     "the first selected ion is taken; split multiplexed scans"},
    {Oddity::not_finite, "not_finite",
     "peaks that are nan or infinite are left out; export the record again"},
    {Oddity::adduct_in_name, "adduct_in_name",
     "the adduct behind the name is believed; state it as ADDUCT"},
    {Oddity::unreadable_charge, "unreadable_charge", "taken for no charge; write it as 1+ or 2-"},
    {Oddity::unreadable_level, "unreadable_level",
     "taken for not stated, so for level 2; write it as a number"},
    {Oddity::ambiguous_precursor, "ambiguous_precursor",
     "the spectrum is taken for that of the last precursor m/z, candidates are of each; state one"},
    {Oddity::several_adducts, "several_adducts",
     "each adduct that can be read is tried; state one"},
    {Oddity::precursor_chain, "precursor_chain",
     "the first m/z is taken with the first adduct, and so on; the last pair counts"},
    {Oddity::outside_isolation, "outside_isolation",
     "the selected ion and the target of the window are both tried; convert the file again"},
    {Oddity::wide_isolation, "wide_isolation",
     "any ion of the window may be the precursor, so no narrow mass window holds it for sure; "
     "deconvolute the run (MS-DIAL, mzmine) and search what comes out"},
    {Oddity::profile, "profile",
     "peaks are made centroids here; better convert with msconvert --filter \"peakPicking "
     "vendor\""},
}};

}  // namespace specbridge
