#include "specbridge/spectrum_reader.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "ms/formats/fields.h"
#include "ms/formats/readers.h"
#include "ms/tables/in_silico_library.h"
#include "ms/tables/spectra_table.h"
#include "store/byte_reader.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

using MakeReader = std::unique_ptr<SpectrumReader> (*)(ByteReader, std::string);

struct FormatRow {
  SpectrumFormat format;
  std::string_view name;
  MakeReader make;
};

constexpr std::array<FormatRow, 8> kFormats = {{
    {SpectrumFormat::mgf, "mgf", mgf_reader},
    {SpectrumFormat::msp, "msp", msp_reader},
    {SpectrumFormat::massbank, "massbank", massbank_reader},
    {SpectrumFormat::mzml, "mzml", mzml_reader},
    {SpectrumFormat::gnps_json, "gnps-json", gnps_json_reader},
    {SpectrumFormat::jcamp, "jcamp", jcamp_reader},
    {SpectrumFormat::tsv, "tsv", spectra_table_reader},
    {SpectrumFormat::fastei, "fastei", in_silico_library_reader},
}};

constexpr std::size_t kFirstLook = std::size_t{1} << 16;
constexpr std::size_t kLongestLook = std::size_t{1} << 20;

struct Foreign {
  std::string_view magic, name;
};

// What people hand over by mistake, by its first bytes.
constexpr std::array<Foreign, 9> kForeign = {{
    {"\xff\xfe", "UTF-16 text; save it as UTF-8"},
    {"\xfe\xff", "UTF-16 text; save it as UTF-8"},
    {"\x1f\x8b", "gzip within gzip; decompress it once"},
    {"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it first"},
    {"BZh", "compressed with bzip2; decompress it first"},
    {"\xfd"
     "7zXZ",
     "compressed with xz; decompress it first"},
    {"PK\x03\x04", "a zip archive; unpack it first"},
    {"\x89HDF", "HDF5; export the spectra as MGF or mzML"},
    {std::string_view("\x01\xa1"
                      "F\0i\0n\0n\0",
                      10),
     "a Thermo RAW file; convert it to mzML with msconvert"},
}};

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

/// Text of lines: the first line that only one format has decides.
std::optional<SpectrumFormat> format_of_lines(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  const auto first_line = text.substr(0, text.find_first_of("\r\n"));
  if (spectra_table_header(first_line)) return SpectrumFormat::tsv;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    const auto line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    constexpr std::size_t kLongestKey = 40;
    const auto key = normalised_key(line.substr(0, std::min(line.find(':'), kLongestKey)));
    if (key == "BEGINIONS") return SpectrumFormat::mgf;
    if (line.starts_with("##") && normalised_key(line.substr(2, line.find('=') - 2)) == "TITLE") {
      return SpectrumFormat::jcamp;
    }
    if (key == "ACCESSION" && contains(line, ":")) return SpectrumFormat::massbank;
    if (key == "NUMPEAKS" && contains(line, ":")) return SpectrumFormat::msp;
  }
  return {};
}

/// The format of a file that begins like this; nothing: it cannot be told (yet).
std::optional<SpectrumFormat> recognised(std::string_view text) {
  if (is_sqlite(text)) return SpectrumFormat::fastei;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return {};
  if (text[start] == '<') {
    const bool mzml = contains(text, "<mzML") || contains(text, "<indexedmzML") ||
                      contains(text, ":mzML") || contains(text, ":indexedmzML");
    return mzml ? std::optional(SpectrumFormat::mzml) : std::nullopt;
  }
  if (text[start] == '{' || text[start] == '[') {
    return contains(text, "\"peaks_json\"") ? std::optional(SpectrumFormat::gnps_json)
                                            : std::nullopt;
  }
  return format_of_lines(text);
}

std::optional<SpectrumFormat> recognised(ByteReader& bytes) {
  if (const auto found = recognised(bytes.peek(kFirstLook))) return found;
  return recognised(bytes.peek(kLongestLook));
}

/// What a file is instead of spectra, as far as that can be told.
std::string instead_of_spectra(std::string_view text) {
  for (const auto& [magic, name] : kForeign) {
    if (text.starts_with(magic)) return fmt::format("is {}", name);
  }
  if (text.empty()) return fmt::format("is empty; expected {}", kSpectrumFormats);
  if (contains(text, "<mzXML")) return "is mzXML; convert it to mzML with msconvert";
  if (contains(to_upper(text.substr(0, kFirstLook)), "<HTML")) {
    return "is a web page, not a file of spectra; fetch the file itself";
  }
  return fmt::format("is no file of spectra; expected {}", kSpectrumFormats);
}

std::unique_ptr<SpectrumReader> reader_of(ByteReader bytes, std::string label,
                                          std::optional<SpectrumFormat> format) {
  if (!format) format = recognised(bytes);
  if (!format) throw InputError({bytes.name(), 0}, instead_of_spectra(bytes.peek(kLongestLook)));
  for (const auto& row : kFormats) {
    if (row.format == *format) return row.make(std::move(bytes), std::move(label));
  }
  throw std::logic_error("a format without a reader");
}

}  // namespace

std::string to_string(SpectrumFormat format) {
  for (const auto& row : kFormats) {
    if (row.format == format) return std::string(row.name);
  }
  throw std::logic_error("a format without a name");
}

SpectrumFormat parse_spectrum_format(std::string_view name) {
  for (const auto& row : kFormats) {
    if (row.name == name) return row.format;
  }
  throw UsageError(
      fmt::format("--in-format: found \"{}\", expected mgf, msp, massbank, mzml, "
                  "gnps-json, jcamp, tsv or fastei",
                  one_line(name, 80)));
}

std::unique_ptr<SpectrumReader> open_spectra(const fs::path& path,
                                             std::optional<SpectrumFormat> format) {
  return reader_of(ByteReader(path), path.filename().string(), format);
}

std::unique_ptr<SpectrumReader> read_spectra(std::string bytes, const std::string& name,
                                             std::optional<SpectrumFormat> format) {
  return reader_of(ByteReader(std::move(bytes), name), fs::path(name).filename().string(), format);
}

std::optional<SpectrumFormat> format_of(const fs::path& path) {
  ByteReader bytes(path);
  return recognised(bytes);
}

}  // namespace specbridge
