#include "library/build/spectra/spectral_writer.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/parallel.h"
#include "chem/standard_form.h"
#include "index/row_writer.h"
#include "library/build/molecule_files.h"
#include "library/build/spectra/peak_index_writer.h"
#include "library/spectra/spectral_layout.h"
#include "library/spectra/spectral_library.h"
#include "store/block_file.h"
#include "store/manifest.h"

namespace specbridge {
namespace {

namespace fs = std::filesystem;
namespace files = spectral_layout;

constexpr std::size_t kMoleculesInHand = 4096;

template <typename T>
void write_one(BlockWriter& file, const T& value) {
  file.write_values(std::span(&value, 1));
}

/// The files that have a row for each spectrum.
class SpectraFiles {
 public:
  SpectraFiles(const fs::path& dir, std::size_t dim, RowType row_type)
      : precursors_(dir / files::kPrecursors),
        polarities_(dir / files::kPolarities),
        molecule_of_(dir / files::kMoleculeOf),
        peak_ends_(dir / files::kPeakEnds),
        mz_(dir / files::kPeakMz),
        intensity_(dir / files::kPeakIntensity),
        record_ends_(dir / files::kRecordEnds),
        records_(dir / files::kRecords),
        retention_file_(dir / files::kRetentionIndices) {
    if (dim > 0) vectors_.emplace(dir, row_type, dim, files::kSpectrumPrefix);
  }

  void add(const LibrarySpectrum& spectrum, std::uint32_t molecule) {
    put_ends();
    write_one(precursors_, spectrum.precursor_mz);
    write_one(polarities_, static_cast<std::int8_t>(spectrum.polarity));
    write_one(molecule_of_, molecule);
    mz_.write_values(std::span<const MicroMz>(spectrum.mz));
    intensity_.write_values(std::span<const float>(spectrum.intensity));
    records_.write(spectrum.text + "\n");
    if (vectors_) vectors_->add(spectrum.vector);
    put_retention_index(spectrum.retention_index);
    peaks_ += spectrum.mz.size();
  }

  /// @return peaks of all spectra
  std::size_t finish() {
    put_ends();
    for (BlockWriter* file : {&precursors_, &polarities_, &molecule_of_, &peak_ends_, &mz_,
                              &intensity_, &record_ends_, &records_}) {
      file->finish();
    }
    if (vectors_) vectors_->finish();
    if (retention_indices_) retention_indices_->finish();
    return peaks_;
  }

 private:
  /// The file begins with the first spectrum that states one.
  void put_retention_index(const std::optional<double>& index) {
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    if (index && !retention_indices_) {
      retention_indices_.emplace(retention_file_);
      for (std::size_t i = 0; i < spectra_; ++i) write_one(*retention_indices_, kNone);
    }
    ++spectra_;
    if (retention_indices_) {
      write_one(*retention_indices_, index ? static_cast<float>(*index) : kNone);
    }
  }

  void put_ends() {
    write_one(peak_ends_, static_cast<std::uint64_t>(peaks_));
    write_one(record_ends_, records_.size());
  }

  BlockWriter precursors_, polarities_, molecule_of_, peak_ends_, mz_, intensity_, record_ends_,
      records_;
  fs::path retention_file_;
  std::optional<RowWriter> vectors_;
  std::optional<BlockWriter> retention_indices_;
  std::size_t peaks_ = 0, spectra_ = 0;
};

void write_manifest(const SpectralOrigin& origin, std::size_t spectra, std::size_t molecules,
                    std::size_t peaks, std::size_t dim, const fs::path& dir) {
  Manifest manifest = Manifest::make("spectral-library");
  Json& json = manifest.json();
  json["spectra"] = spectra;
  json["molecules"] = molecules;
  json["peaks"] = peaks;
  json["rule"] = to_json(origin.rule);
  json["peak_index"] = can_be_indexed(origin.rule);
  if (has_indexed_cosine(origin.rule)) json["cosine_index"] = true;
  json["chemistry"] = chemistry_version();
  state_standard_form(manifest);
  json["further_columns"] = Json::array();
  if (dim > 0) {
    json["spectrum_dim"] = dim;
    if (origin.row_type != RowType::f32) json["row_type"] = to_string(origin.row_type);
    json["model_fingerprint"] = origin.model_fingerprint;
  }
  if (origin.molecule_dim > 0) {
    json["molecule_dim"] = origin.molecule_dim;
    json["molecule_encoder_fingerprint"] = origin.molecule_encoder_fingerprint;
  }
  json["counts"] = {
      {"read", origin.read}, {"duplicates", origin.duplicates}, {"rejected", origin.rejected}};
  json["licences"] = origin.licences;
  if (fs::exists(dir / files::kRetentionIndices)) json["retention_indices"] = true;
  if (origin.decoys) {
    json["decoys"] = true;
    json["decoys_of"] = origin.decoys->library_fingerprint;
    json["seed"] = origin.decoys->seed;
  }
  json["inputs"] = Json::array();
  for (const auto& [name, hash] : origin.inputs) {
    json["inputs"].push_back({{"path", name}, {"sha256", hash}});
  }
  manifest.write(dir);
}

}  // namespace

std::vector<std::uint32_t> write_molecules(const DistinctMolecules& molecules,
                                           const EncodeMolecules& encode, const fs::path& dir,
                                           const RunContext& context) {
  const auto order = molecules.in_order();
  std::vector<std::uint32_t> rows(order.size());
  MoleculeFilesWriter texts(dir);
  BlockWriter fingerprints(dir / files::kFingerprints);
  std::optional<BlockWriter> vectors;
  if (encode) vectors.emplace(dir / files::kMoleculeVectors);
  for (std::size_t first = 0; first < order.size(); first += kMoleculesInHand) {
    context.check_interrupt();
    const std::size_t count = std::min(kMoleculesInHand, order.size() - first);
    std::vector<Molecule> slice;
    for (std::size_t i = 0; i < count; ++i) slice.push_back(molecules.molecule(order[first + i]));
    std::vector<decltype(fingerprint_words(""))> words(count);
    parallel_for(count, context.threads,
                 [&](std::size_t i) { words[i] = fingerprint_words(slice[i].smiles()); });
    for (std::size_t i = 0; i < count; ++i) {
      rows[order[first + i]] = static_cast<std::uint32_t>(first + i);
      texts.add(molecules.labels(order[first + i]), slice[i]);
      fingerprints.write_values(std::span<const std::uint64_t>(words[i]));
    }
    if (vectors) {
      const Matrix made = encode(slice);
      vectors->write_values(made.values());
    }
    context.progress("describing molecules", first + count, order.size());
  }
  texts.finish();
  fingerprints.finish();
  if (vectors) vectors->finish();
  return rows;
}

OrderedSpectra in_order(const SortedSpectra& spectra) {
  return {spectra.size(), [&](std::size_t first, std::size_t count) {
            std::vector<LibrarySpectrum> slice;
            for (std::size_t i = 0; i < count; ++i) slice.push_back(spectra.item(first + i));
            return slice;
          }};
}

void write_spectra(const OrderedSpectra& spectra, const std::vector<std::uint32_t>& rows,
                   const SpectralOrigin& origin, const fs::path& dir, const RunContext& context) {
  constexpr std::size_t kSpectraInHand = 1024;
  const std::size_t dim = spectra.count == 0 ? 0 : spectra.slice(0, 1).front().vector.size();
  SpectraFiles to(dir, dim, origin.row_type);
  for (std::size_t first = 0; first < spectra.count; first += kSpectraInHand) {
    context.check_interrupt();
    context.progress("writing spectra", first, spectra.count);
    const std::size_t count = std::min(kSpectraInHand, spectra.count - first);
    for (const auto& spectrum : spectra.slice(first, count)) {
      to.add(spectrum, rows[spectrum.molecule]);
    }
  }
  const std::size_t peaks = to.finish();
  if (can_be_indexed(origin.rule)) write_peak_indices(dir, spectra.count, origin.rule, context);
  write_manifest(origin, spectra.count, rows.size(), peaks, dim, dir);
}

}  // namespace specbridge
