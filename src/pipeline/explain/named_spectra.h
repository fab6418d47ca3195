#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "library/spectra/spectral_library.h"
#include "ms/similarity/similarity_rule.h"
#include "pipeline/explain/listed_answers.h"
#include "specbridge/context.h"
#include "specbridge/query.h"

namespace specbridge {

/// What a peak of one spectrum is to another.
enum class PeakInOther {
  absent,
  same,     ///< the other has one of this m/z
  shifted,  ///< it has one that lies as far from this as their precursors are apart
};
/// "", "same", "shifted".
std::string_view to_string(PeakInOther in_other);

/// A library spectrum beside that of a query.
class SpectrumBeside {
 public:
  /// @param peaks by m/z, base peak 1, as the library has them
  /// @param shift precursor of the query less that of the library spectrum, Th
  SpectrumBeside(std::string name, std::vector<Peak> peaks, double shift,
                 const SimilarityRule& rule);

  const std::string& name() const noexcept { return name_; }
  const std::vector<Peak>& peaks() const noexcept { return peaks_; }
  /// What each of its peaks is to the query's spectrum [peaks].
  std::vector<PeakInOther> in_query(const Spectrum& query) const;
  /// What a peak of the query is to it.
  PeakInOther of_query(double mz) const;

 private:
  std::string name_;
  std::vector<Peak> peaks_;
  double shift_;
  Tolerance tolerance_;
  CleaningRule cleaning_;
};

/// The spectra of a library by the names that a table of hits states. Thread-safe.
class NamedSpectra {
 public:
  /// @param rule by which the spectra were compared
  NamedSpectra(std::shared_ptr<const SpectralLibrary> library, SimilarityRule rule);

  /// The library spectrum that an answer rests on; nothing where it names none that the library
  /// has. @param listed with its cells @param columns names of these
  std::optional<SpectrumBeside> beside(const Query& query, const ListedAnswer& listed,
                                       const std::vector<std::string>& columns) const;
  const SpectralLibrary& library() const noexcept { return *library_; }

 private:
  /// @param inchikey14 of the compound: which is meant, where several have the name
  std::optional<std::size_t> find(std::string_view name, std::string_view inchikey14) const;

  std::shared_ptr<const SpectralLibrary> library_;
  SimilarityRule rule_;
  struct Named {
    std::string_view name;  ///< lives as long as the library
    std::uint32_t spectrum;
  };
  std::vector<Named> by_name_;  ///< in the order of names
};

/// Those of the library that a table was searched with, by the record beside the table; nothing
/// where none is named. @throws ArtifactError
std::optional<NamedSpectra> open_named(const std::optional<std::filesystem::path>& dir,
                                       const std::filesystem::path& hits,
                                       const RunContext& context);

}  // namespace specbridge
