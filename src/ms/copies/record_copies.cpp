#include "ms/copies/record_copies.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "ms/copies/mgf_lines.h"
#include "ms/copies/raw_lines.h"
#include "ms/formats/fields.h"
#include "specbridge/error.h"

namespace specbridge {
namespace {

InputError changed(const std::filesystem::path& file, std::size_t line) {
  return InputError({file.string(), line},
                    "the record that was read here is gone; do not change files while they are "
                    "read");
}

/// A line as it was, or with the end of another where it is the last of its file and has none.
std::string ended(std::string_view line, std::string_view end) {
  const bool has_end = line.ends_with('\n') || line.ends_with('\r');
  return std::string(line).append(has_end ? "" : end);
}

/// The end of a line: LF, CRLF or CR.
std::string_view end_of(std::string_view line) {
  const auto text = line.find_last_not_of("\r\n");
  const auto end = line.substr(text == std::string_view::npos ? 0 : text + 1);
  return end.empty() ? "\n" : end;
}

class MgfCopies final : public RecordCopies {
 public:
  explicit MgfCopies(std::filesystem::path file)
      : file_(std::move(file)), lines_(ByteReader(file_)) {}

  std::string text_of(const RecordStart& start) override {
    while (lines_.number() < start.line) {
      if (!lines_.next()) throw changed(file_, start.line);
      if (!begun_) look_at_header();
    }
    if (kind() != MgfLine::begin) throw changed(file_, start.line);
    const std::string end(end_of(lines_.line()));
    std::string text = ended(lines_.line(), end) + inherited_;
    do {
      if (!lines_.next()) throw changed(file_, start.line);
      text += ended(lines_.line(), end);
    } while (kind() != MgfLine::end);
    return text + end;
  }

 private:
  MgfLine kind() const { return mgf_line(trim(without_end(lines_.line()))); }

  static std::string_view without_end(std::string_view line) {
    return line.substr(0, line.find_last_not_of("\r\n") + 1);
  }

  /// Collects what all records inherit, as the reader does: the remains of a lost record end it.
  void look_at_header() {
    const auto line = trim(without_end(lines_.line()));
    const MgfLine is = mgf_line(line);
    begun_ = is == MgfLine::begin;
    if (is == MgfLine::peak || is == MgfLine::end) {
      inherited_.clear();
      begun_ = true;
    }
    if (is != MgfLine::field) return;
    const auto field = parse_field(line, '=', lines_.number());
    if (field && !names_a_record(field->key)) inherited_ += ended(lines_.line(), "\n");
  }

  std::filesystem::path file_;
  RawLines lines_;
  std::string inherited_;
  bool begun_ = false;  // the first record
};

class RowCopies final : public RecordCopies {
 public:
  explicit RowCopies(std::filesystem::path file)
      : file_(std::move(file)), lines_(ByteReader(file_)) {}

  std::string text_of(const RecordStart& start) override {
    while (lines_.number() < start.line) {
      if (!lines_.next()) throw changed(file_, start.line);
    }
    return ended(lines_.line(), "\n");
  }

 private:
  std::filesystem::path file_;
  RawLines lines_;
};

class WrittenCopies final : public RecordCopies {
 public:
  WrittenCopies(std::filesystem::path file, SpectrumFormat format)
      : file_(std::move(file)), reader_(open_spectra(file_, format)) {}

  std::string text_of(const RecordStart& start) override {
    for (; read_ <= start.record; ++read_) {
      if (!reader_->next(spectrum_)) throw changed(file_, start.line);
    }
    if (spectrum_.origin.line != start.line) throw changed(file_, start.line);
    return mgf_text(spectrum_) + "\n";
  }

 private:
  std::filesystem::path file_;
  std::unique_ptr<SpectrumReader> reader_;
  Spectrum spectrum_;
  std::size_t read_ = 0;
};

std::string precursor_text(const Spectrum& spectrum) {
  if (spectrum.precursors.empty()) {
    return spectrum.precursor_mz ? shortest(*spectrum.precursor_mz) : "";
  }
  std::string text;
  for (const double mz : spectrum.precursors) text += (text.empty() ? "" : "/") + shortest(mz);
  return text;
}

std::string charge_text(const Spectrum& spectrum) {
  if (!spectrum.charge) return {};
  const int charge = *spectrum.charge;
  const std::string_view sign = spectrum.sign_assumed ? "" : charge < 0 ? "-" : "+";
  return fmt::format("{}{}", charge < 0 ? -charge : charge, sign);
}

}  // namespace

std::unique_ptr<RecordCopies> mgf_copies(const std::filesystem::path& file, SpectrumFormat format) {
  if (format == SpectrumFormat::mgf) return std::make_unique<MgfCopies>(file);
  return std::make_unique<WrittenCopies>(file, format);
}

std::unique_ptr<RecordCopies> row_copies(const std::filesystem::path& file) {
  return std::make_unique<RowCopies>(file);
}

std::optional<std::string> header_of_rows(const std::filesystem::path& file) {
  RawLines lines{ByteReader(file)};
  while (lines.next()) {
    if (trim(lines.line()).find_first_not_of("\r\n") == std::string_view::npos) continue;
    return ended(lines.line(), "\n");
  }
  return {};
}

std::string mgf_text(const Spectrum& spectrum) {
  std::string text = "BEGIN IONS\n";
  const auto add = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) text += fmt::format("{}={}\n", key, one_line(value));
  };
  const bool is_inchi = spectrum.smiles.starts_with("InChI=");
  add("SPECTRUM_ID", spectrum.id);
  add("FEATURE_ID", spectrum.feature_id);
  add("SCANS", spectrum.scan);
  add("COMPOUND_NAME", spectrum.compound);
  add("PRECURSOR_MZ", precursor_text(spectrum));
  add("CHARGE", charge_text(spectrum));
  add("ION_MODE", spectrum.polarity > 0 ? "positive" : spectrum.polarity < 0 ? "negative" : "");
  add("ADDUCT", spectrum.adduct);
  add("MS_LEVEL", fmt::format("{}", spectrum.ms_level));
  add(is_inchi ? "INCHI" : "SMILES", spectrum.smiles);
  add("INCHIKEY", spectrum.inchikey);
  add("FORMULA", spectrum.formula);
  add("INSTRUMENT_TYPE", spectrum.instrument);
  add("COLLISION_ENERGY", spectrum.collision_energy);
  add("FOLD", spectrum.fold);
  add("LICENSE", spectrum.licence);
  if (spectrum.kind == SpectrumKind::electron) add("IONIZATION", "EI");
  if (spectrum.molecular_mass) add("EXACT_MASS", shortest(*spectrum.molecular_mass));
  if (spectrum.retention_index) add("RETENTION_INDEX", shortest(*spectrum.retention_index));
  if (spectrum.retention_time) add("RTINSECONDS", shortest(*spectrum.retention_time));
  for (const Peak& peak : spectrum.peaks) {
    text += fmt::format("{} {}\n", shortest(peak.mz), shortest(peak.intensity));
  }
  return text + "END IONS\n";
}

}  // namespace specbridge
