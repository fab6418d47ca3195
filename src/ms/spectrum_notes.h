#pragma once

#include <string>

#include "specbridge/ion_of_spectrum.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// What makes the answer to a record less sure, for the message of its rows: an adduct that was
/// assumed, a selected ion outside its isolation window, a wide window, a profile. Parts are
/// separated by "; "; "": nothing.
std::string notes_of(const Spectrum& spectrum, const IonOfSpectrum& ion);

/// What of the record an oddity is about, "window 487.5000 to 512.5000"; "" where its place says
/// enough.
std::string detail_of(const Spectrum& spectrum, Oddity oddity);

}  // namespace specbridge
