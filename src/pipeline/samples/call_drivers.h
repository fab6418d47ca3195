#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "samples/classifier.h"
#include "samples/cohort.h"
#include "samples/sample_table.h"
#include "specbridge/context.h"

namespace specbridge {

/// Where the spectra of samples are to be had.
struct DriverSources {
  std::vector<std::filesystem::path> spectra = {};  ///< named by the user; empty: as recorded
  std::filesystem::path model = {};                 ///< empty: none is at hand
  std::size_t most = 10;                            ///< spectra of a sample
  std::size_t in_flight = 256;
};

/// The spectra that move the calls of a classifier most.
struct CallDrivers {
  std::string table;  ///< with a header; "": there is none
  std::size_t spectra = 0;
  std::string missing;  ///< why there is none; "": there is one
};

/// Lists for every sample of a cohort the spectra that bring most to the decision for the class
/// that it is called. What the spectra of a sample bring sums to its decision less the constant of
/// the classifier. Files that were read for the samples and are no longer there, or another model,
/// are a reason to list none; of files that the user named they are an error.
/// @throws InputError, UsageError, Interrupted
CallDrivers list_drivers(const SampleTable& samples, const Cohort& cohort,
                         const Classifier& classifier, const DriverSources& sources,
                         const RunContext& context);

}  // namespace specbridge
