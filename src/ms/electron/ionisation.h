#pragma once

#include <optional>
#include <vector>

#include "ms/formats/fields.h"
#include "specbridge/spectrum.h"

namespace specbridge {

/// What is read of the ionisation of a record whose other properties are filled.
/// @param level the MS level that it states
SpectrumKind kind_of(const std::vector<Field>& fields, const Spectrum& spectrum,
                     std::optional<int> level, Silence silence);

/// The retention index of a record: RETENTION_INDEX, RI, a Kovats index. Of NIST's list
/// ("SemiStdNP=1186/5/34 StdNP=1170/3/12") the semi-standard non-polar one, else the first. Nothing
/// where none is stated, or none above 0.
std::optional<double> retention_index_of(const std::vector<Field>& fields);

/// The mass of the molecule in Da, exact or nominal, as the record states it.
std::optional<double> molecular_mass_of(const std::vector<Field>& fields);

}  // namespace specbridge
