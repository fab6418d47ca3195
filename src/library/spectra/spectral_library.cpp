#include "library/spectra/spectral_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "base/text.h"
#include "chem/molecule.h"
#include "chem/morgan.h"
#include "chem/standard_form.h"
#include "index/row_writer.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace {

namespace files = spectral_layout;

constexpr std::size_t kTexts = 7;  // of a spectrum

SimilarityRule rule_of(const Manifest& manifest) {
  try {
    return similarity_rule(manifest.field("rule"));
  } catch (const ArtifactError&) {
    throw;
  } catch (const std::exception& error) {
    throw ArtifactError(fmt::format("{}: \"rule\" cannot be read ({})",
                                    (manifest.dir() / "manifest.json").string(), error.what()));
  }
}

/// Vectors that a library may have.
struct OptionalVectors {
  std::optional<BlockFile> file, scales;
  std::unique_ptr<StoredRows> rows;

  const RowStore* store() const { return rows.get(); }
};

std::string text_or_empty(const Manifest& manifest, const char* key) {
  return manifest.json().contains(key) ? manifest.text(key) : std::string();
}

}  // namespace

std::array<std::uint64_t, kFingerprintWords> fingerprint_words(std::string_view smiles) {
  constexpr std::uint32_t kBits = 64;
  std::array<std::uint64_t, kFingerprintWords> words{};
  const auto molecule = Molecule::trusted(std::string(smiles), "", "", 0, 0);
  for (const std::uint16_t bit : morgan_bits(molecule, kFingerprintWords * kBits)) {
    words[bit / kBits] |= std::uint64_t{1} << (bit % kBits);
  }
  return words;
}

double tanimoto(FingerprintWords a, FingerprintWords b) {
  int both = 0, either = 0;
  for (std::size_t i = 0; i < kFingerprintWords; ++i) {
    both += std::popcount(a[i] & b[i]);
    either += std::popcount(a[i] | b[i]);
  }
  return either == 0 ? 1 : static_cast<double>(both) / either;
}

struct SpectralLibrary::Impl {
  Manifest manifest;
  std::size_t spectra, peaks;
  std::string fingerprint;
  SimilarityRule rule;
  StoredMolecules molecules;
  BlockFile precursors, polarities, molecule_of, peak_ends, mz, intensity, record_ends, records,
      fingerprints;
  std::optional<BlockFile> weight, retention_indices;
  std::optional<PeakIndex> products, losses, cosine_products;
  OptionalVectors spectrum_vectors, molecule_vectors;
  std::string model_fingerprint, molecule_encoder_fingerprint, decoys_of;

  explicit Impl(const Manifest& listed)
      : manifest(listed),
        spectra(listed.number("spectra")),
        peaks(listed.number("peaks")),
        fingerprint(sha256_of_file(listed.dir() / "manifest.json")),
        rule(rule_of(listed)),
        molecules(listed, listed.number("molecules")),
        precursors(listed.open_block_file(files::kPrecursors)),
        polarities(listed.open_block_file(files::kPolarities)),
        molecule_of(listed.open_block_file(files::kMoleculeOf)),
        peak_ends(listed.open_block_file(files::kPeakEnds)),
        mz(listed.open_block_file(files::kPeakMz)),
        intensity(listed.open_block_file(files::kPeakIntensity)),
        record_ends(listed.open_block_file(files::kRecordEnds)),
        records(listed.open_block_file(files::kRecords)),
        fingerprints(listed.open_block_file(files::kFingerprints)),
        model_fingerprint(text_or_empty(listed, "model_fingerprint")),
        molecule_encoder_fingerprint(text_or_empty(listed, "molecule_encoder_fingerprint")),
        decoys_of(text_or_empty(listed, "decoys_of")) {
    check_sizes();
    if (manifest.field("peak_index") == true) {
      weight.emplace(manifest.open_block_file(files::kPeakWeight));
      if (!holds(*weight, peaks, sizeof(double))) {
        throw ArtifactError(fmt::format("{}: does not hold {} weights; build the library again",
                                        (manifest.dir() / files::kPeakWeight).string(), peaks));
      }
      products.emplace(manifest, files::kProducts);
      losses.emplace(manifest, files::kLosses);
      if (manifest.json().value("cosine_index", false)) {
        cosine_products.emplace(manifest, files::kCosineProducts);
      }
    }
    if (manifest.json().value("retention_indices", false)) {
      retention_indices.emplace(manifest.open_block_file(files::kRetentionIndices));
      if (!holds(*retention_indices, spectra, sizeof(float))) {
        throw ArtifactError(
            fmt::format("{}: does not hold {} retention indices; build the library again",
                        (manifest.dir() / files::kRetentionIndices).string(), spectra));
      }
    }
    const RowType type = row_type();
    if (type == RowType::i8 && manifest.json().contains("spectrum_dim")) {
      spectrum_vectors.scales.emplace(
          manifest.open_block_file(std::string(files::kSpectrumPrefix) + kScalesFile));
    }
    open_vectors({vectors_file_name(type, files::kSpectrumPrefix), type, "spectrum_dim"}, spectra,
                 spectrum_vectors);
    open_vectors({files::kMoleculeVectors, RowType::f32, "molecule_dim"}, molecules.rows(),
                 molecule_vectors);
  }

  void check_sizes() const {
    constexpr std::uint64_t kEnd = sizeof(std::uint64_t);
    const bool right =
        holds(precursors, spectra, sizeof(double)) && holds(polarities, spectra, 1) &&
        holds(molecule_of, spectra, sizeof(std::uint32_t)) && holds(peak_ends, spectra + 1, kEnd) &&
        holds(record_ends, spectra + 1, kEnd) && holds(mz, peaks, sizeof(MicroMz)) &&
        holds(intensity, peaks, sizeof(float)) &&
        holds(fingerprints, molecules.rows(), kFingerprintWords * kEnd);
    if (right) return;
    throw ArtifactError(
        fmt::format("{}: the files do not hold the {} spectra with {} peaks that its manifest "
                    "states; build it again",
                    manifest.dir().string(), spectra, peaks));
  }

  /// What vectors of spectra are kept as; libraries of float32 do not say it.
  RowType row_type() const {
    if (!manifest.json().contains("row_type")) return RowType::f32;
    const std::string word = manifest.text("row_type");
    if (const auto type = find_row_type(word)) return *type;
    throw ArtifactError(
        fmt::format("{}: \"row_type\" is \"{}\", expected f32, f16 or i8; a newer program may have "
                    "written it",
                    (manifest.dir() / "manifest.json").string(), one_line(word, 60)));
  }

  /// Where vectors lie.
  struct VectorsFile {
    std::string name;
    RowType type;
    const char* dim_key;  ///< of the manifest, which has it where there are such vectors
  };

  void open_vectors(const VectorsFile& of, std::size_t rows, OptionalVectors& to) {
    if (!manifest.json().contains(of.dim_key)) return;
    to.file.emplace(manifest.open_block_file(of.name));
    to.rows = open_rows(of.type, *to.file, to.scales ? &*to.scales : nullptr, rows,
                        manifest.number(of.dim_key));
  }

  /// [first, last) of the things of a spectrum.
  std::pair<std::uint64_t, std::uint64_t> ends(const BlockFile& of, std::size_t spectrum) const {
    const auto pair = of.values<std::uint64_t>(spectrum, 2);
    const std::uint64_t most = &of == &peak_ends ? peaks : records.size();
    if (pair[0] > pair[1] || pair[1] > most) {
      throw ArtifactError(fmt::format("{}: spectrum {} has no place; build the library again",
                                      of.path().string(), spectrum));
    }
    return {pair[0], pair[1]};
  }
};

SpectralLibrary::SpectralLibrary(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SpectralLibrary::~SpectralLibrary() = default;
SpectralLibrary::SpectralLibrary(SpectralLibrary&&) noexcept = default;

SpectralLibrary SpectralLibrary::open(const std::filesystem::path& dir) {
  const Manifest manifest = Manifest::open(dir, "spectral-library");
  check_standard_form(manifest, "specbridge index --spectra");
  return SpectralLibrary(std::make_unique<Impl>(manifest));
}

std::size_t SpectralLibrary::spectra() const noexcept {
  return impl_->spectra;
}
const StoredMolecules& SpectralLibrary::molecules() const noexcept {
  return impl_->molecules;
}
const std::string& SpectralLibrary::fingerprint() const noexcept {
  return impl_->fingerprint;
}
const std::string& SpectralLibrary::decoys_of() const noexcept {
  return impl_->decoys_of;
}
const SimilarityRule& SpectralLibrary::rule() const noexcept {
  return impl_->rule;
}

double SpectralLibrary::precursor_mz(std::size_t spectrum) const {
  return impl_->precursors.values<double>(spectrum, 1)[0];
}

std::optional<double> SpectralLibrary::stated_precursor(std::size_t spectrum) const {
  const double mz = precursor_mz(spectrum);
  return mz > 0 ? std::optional(mz) : std::nullopt;
}

RowRange SpectralLibrary::of_kind(SpectrumKind kind) const {
  const auto all = impl_->precursors.values<double>(0, impl_->spectra);
  const auto first = static_cast<std::size_t>(std::ranges::upper_bound(all, 0.0) - all.begin());
  return kind == SpectrumKind::electron ? RowRange{0, first} : RowRange{first, impl_->spectra};
}

std::optional<double> SpectralLibrary::retention_index(std::size_t spectrum) const {
  if (!impl_->retention_indices) return {};
  const float index = impl_->retention_indices->values<float>(spectrum, 1)[0];
  return std::isnan(index) ? std::nullopt : std::optional<double>(index);
}

int SpectralLibrary::polarity(std::size_t spectrum) const {
  return impl_->polarities.values<std::int8_t>(spectrum, 1)[0];
}

std::size_t SpectralLibrary::molecule_of(std::size_t spectrum) const {
  const std::size_t row = impl_->molecule_of.values<std::uint32_t>(spectrum, 1)[0];
  if (row < impl_->molecules.rows()) return row;
  throw ArtifactError(fmt::format("{}: spectrum {} has no molecule; build the library again",
                                  impl_->molecule_of.path().string(), spectrum));
}

SpectrumText SpectralLibrary::text(std::size_t spectrum) const {
  const auto [first, last] = impl_->ends(impl_->record_ends, spectrum);
  std::string_view line = impl_->records.bytes(first, last - first);
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto fields = split(line, '\t');
  if (fields.size() != kTexts) {
    throw ArtifactError(fmt::format("{}: spectrum {} is malformed; build the library again",
                                    impl_->records.path().string(), spectrum));
  }
  return {fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]};
}

std::vector<Peak> SpectralLibrary::peaks(std::size_t spectrum) const {
  const StoredPeaks stored = stored_peaks(spectrum);
  std::vector<Peak> peaks(stored.mz.size());
  for (std::size_t i = 0; i < peaks.size(); ++i)
    peaks[i] = {th_of(stored.mz[i]), stored.intensity[i]};
  return peaks;
}

SpectralLibrary::StoredPeaks SpectralLibrary::stored_peaks(std::size_t spectrum) const {
  const auto [first, last] = impl_->ends(impl_->peak_ends, spectrum);
  const std::uint64_t count = last - first;
  return {impl_->mz.values<MicroMz>(first, count), impl_->intensity.values<float>(first, count),
          impl_->weight ? impl_->weight->values<double>(first, count) : std::span<const double>()};
}

RowRange SpectralLibrary::within(double low, double high) const {
  const auto all = impl_->precursors.values<double>(0, impl_->spectra);
  const auto first = std::lower_bound(all.begin(), all.end(), low);
  const auto last = std::upper_bound(first, all.end(), high);
  return {static_cast<std::size_t>(first - all.begin()),
          static_cast<std::size_t>(last - all.begin())};
}

FingerprintWords SpectralLibrary::fingerprint_of(std::size_t molecule) const {
  return impl_->fingerprints.values<std::uint64_t>(molecule * kFingerprintWords, kFingerprintWords);
}

const PeakIndex* SpectralLibrary::products() const noexcept {
  return impl_->products ? &*impl_->products : nullptr;
}
const PeakIndex* SpectralLibrary::losses() const noexcept {
  return impl_->losses ? &*impl_->losses : nullptr;
}
const PeakIndex* SpectralLibrary::cosine_products() const noexcept {
  return impl_->cosine_products ? &*impl_->cosine_products : nullptr;
}
const RowStore* SpectralLibrary::spectrum_vectors() const noexcept {
  return impl_->spectrum_vectors.store();
}
const RowStore* SpectralLibrary::molecule_vectors() const noexcept {
  return impl_->molecule_vectors.store();
}
const std::string& SpectralLibrary::model_fingerprint() const noexcept {
  return impl_->model_fingerprint;
}
const std::string& SpectralLibrary::molecule_encoder_fingerprint() const noexcept {
  return impl_->molecule_encoder_fingerprint;
}

}  // namespace specbridge
