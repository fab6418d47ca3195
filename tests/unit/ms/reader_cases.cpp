#include "unit/ms/reader_cases.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "base/text.h"

namespace specbridge::test {
namespace {

constexpr std::size_t kHuge = std::size_t{2} << 20;

std::string gzipped(const std::string& text, int window_bits = 15 + 16) {
  z_stream zlib{};
  const int level = text.size() > kHuge ? 1 : 9;  // every test's process makes the large ones
  if (deflateInit2(&zlib, level, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  std::string out(deflateBound(&zlib, text.size()), '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  deflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kLetters[bits >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

std::string unescaped(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\\x") == 0) {
      bytes += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

/// The names of terms: other readers go by them.
std::string term_name(const std::string& accession) {
  static const std::map<std::string, std::string> kNames = {
      {"1000511", "ms level"},
      {"1000744", "selected ion m/z"},
      {"1000041", "charge state"},
      {"1000633", "possible charge state"},
      {"1000827", "isolation window target m/z"},
      {"1000828", "isolation window lower offset"},
      {"1000829", "isolation window upper offset"},
      {"1000127", "centroid spectrum"},
      {"1000128", "profile spectrum"},
      {"1003780", "zstd compression"},
      {"1003088", "truncation and zlib compression"},
      {"1000129", "negative scan"},
      {"1000130", "positive scan"},
      {"1000045", "collision energy"},
      {"1000579", "MS1 spectrum"},
      {"1000514", "m/z array"},
      {"1000515", "intensity array"},
      {"1000516", "charge array"},
      {"1000786", "non-standard data array"},
      {"1000519", "32-bit integer"},
      {"1000521", "32-bit float"},
      {"1000522", "64-bit integer"},
      {"1000523", "64-bit float"},
      {"1000574", "zlib compression"},
      {"1000576", "no compression"},
      {"1002312", "MS-Numpress linear prediction compression"},
      {"1002313", "MS-Numpress positive integer compression"},
      {"1002314", "MS-Numpress short logged float compression"},
      {"1002746", "MS-Numpress linear prediction compression followed by zlib compression"},
      {"1002747", "MS-Numpress positive integer compression followed by zlib compression"},
      {"1002748", "MS-Numpress short logged float compression followed by zlib compression"},
  };
  const auto known = kNames.find(accession);
  return known != kNames.end() ? known->second : "x";
}

std::string cv(const std::string& accession, const std::string& value) {
  return fmt::format(R"(<cvParam cvRef="MS" accession="MS:{}" name="{}" value="{}"/>)", accession,
                     term_name(accession), value);
}

/// One line of an mzML case, its short forms written out.
std::string mzml_line(const std::string& line) {
  std::istringstream words(line);
  std::string kind, first, second, third, rest;
  words >> kind >> first;
  if (kind == "cv" || kind == "user") {
    std::getline(words >> std::ws, rest);
    if (kind == "cv") return cv(first, rest);
    return fmt::format(R"(<userParam name="{}" value="{}"/>)", first, rest);
  }
  if (kind != "array") return line;
  words >> second >> third;
  std::getline(words >> std::ws, rest);
  return fmt::format(
      R"(<binaryDataArray encodedLength="0">{}{}{}<binary>{}</binary></binaryDataArray>)",
      cv(first, ""), cv(second, ""), cv(third, ""), rest);
}

std::string nested_tags() {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "<a>";
  return text;
}

/// `count` <userParam>s of names of their own.
std::string many_params(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::format("<userParam name=\"x{}\" value=\"y\"/>", i);
  return text;
}

/// The text with 64 MiB of `unit` instead of FLOOD, in gzip members of one MiB each.
std::string flooded(const std::string& text, const std::string& unit) {
  constexpr std::size_t kMembers = 64, kMember = std::size_t{1} << 20;
  const auto place = text.find("FLOOD");
  std::string member;
  while (member.size() < kMember) member += unit;
  const std::string packed = gzipped(member);
  std::string bytes = gzipped(text.substr(0, place));
  for (std::size_t i = 0; i < kMembers; ++i) bytes += packed;
  return bytes + gzipped(text.substr(place + 5));
}

std::string many_fields(char separator) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += fmt::format("KEY{}{}value\n", i, separator);
  text.pop_back();
  return text;
}

void apply(const std::string& directive, ReaderCase& reader_case) {
  std::string& bytes = reader_case.bytes;
  if (directive == "bytes") bytes = unescaped(bytes);
  if (directive == "bom") bytes = "\xef\xbb\xbf" + bytes;
  if (directive == "crlf") replace_all(bytes, "\n", "\r\n");
  if (directive == "cr") replace_all(bytes, "\n", "\r");
  if (directive == "nolf" && !bytes.empty()) bytes.pop_back();
  if (directive == "gz") bytes = gzipped(bytes);
  if (directive == "cut") bytes.resize(bytes.size() / 2);
  if (directive == "tail") bytes += "tail";
  if (directive == "run") {
    bytes = "<mzML><run id=\"r\"><spectrumList count=\"1\">\n" + bytes +
            "</spectrumList></run></mzML>\n";
  }
  if (directive == "long") replace_all(bytes, "LONG", "NOTE: x=" + std::string(kHuge, 'x'));
  if (directive == "fields") replace_all(bytes, "FIELDS", many_fields('='));
  if (directive == "colons") replace_all(bytes, "FIELDS", many_fields(':'));
  if (directive == "bomb") {
    replace_all(bytes, "BOMB", base64(gzipped(std::string(40'000'000, '\0'), 15)));
  }
  if (directive == "deep") replace_all(bytes, "DEEP", nested_tags());
  if (directive == "brackets") replace_all(bytes, "DEEP", std::string(1'000'000, '['));
  if (directive == "refs") {
    std::string refs;
    for (int i = 0; i < 60000; ++i) refs += "<referenceableParamGroupRef ref=\"g\"/>";
    replace_all(bytes, "REFS", refs);
    replace_all(bytes, "PARAMS", many_params(9999));
  }
  if (directive == "params") replace_all(bytes, "PARAMS", many_params(2000));
  if (directive == "shared") replace_all(bytes, "PARAMS", many_params(10001));
  if (directive == "letters") bytes = flooded(bytes, "A");
  if (directive == "peaks") bytes = flooded(bytes, "1 1\n");
  if (directive == "tag") {
    replace_all(bytes, "TAG", "<a b=\"" + std::string(5 << 20, 'x') + "\"/>");
  }
  for (const auto format :
       {SpectrumFormat::mgf, SpectrumFormat::msp, SpectrumFormat::massbank, SpectrumFormat::mzml,
        SpectrumFormat::gnps_json, SpectrumFormat::jcamp, SpectrumFormat::tsv}) {
    if (directive == to_string(format)) reader_case.format = format;
  }
}

/// "name [a,b]" -> name, {a, b}
std::vector<std::string> take_directives(std::string& name) {
  std::vector<std::string> directives;
  const auto open = name.rfind(" [");
  if (open == std::string::npos || name.back() != ']') return directives;
  for (const auto word :
       split(std::string_view(name).substr(open + 2, name.size() - open - 3), ',')) {
    directives.emplace_back(word);
  }
  name.resize(open);
  return directives;
}

std::string oddities_of(const Spectrum& spectrum) {
  std::string text;
  const auto add = [&](Oddity oddity, const char* name) {
    if (spectrum.has(oddity)) text += fmt::format(" ({})", name);
  };
  add(Oddity::decimal_comma, "decimal comma");
  add(Oddity::several_charges, "several charges");
  add(Oddity::charge_out_of_range, "charge out of range");
  add(Oddity::more_peaks_than_said, "more peaks than said");
  add(Oddity::several_precursors, "several precursors");
  add(Oddity::not_finite, "not finite");
  add(Oddity::adduct_in_name, "adduct in name");
  add(Oddity::unreadable_charge, "unreadable charge");
  add(Oddity::unreadable_level, "unreadable level");
  add(Oddity::ambiguous_precursor, "ambiguous precursor");
  add(Oddity::several_adducts, "several adducts");
  add(Oddity::precursor_chain, "precursor chain");
  add(Oddity::outside_isolation, "outside isolation");
  add(Oddity::wide_isolation, "wide isolation");
  add(Oddity::profile, "profile");
  return text;
}

std::string line_of(const Spectrum& spectrum) {
  std::string text = fmt::format("{} {}", spectrum.origin.line, one_line(spectrum.id));
  if (!spectrum.problem.empty()) return text + "! " + spectrum.problem;
  if (spectrum.kind == SpectrumKind::electron) text += " EI";
  if (spectrum.kind == SpectrumKind::tandem) text += fmt::format(" MS{}", spectrum.ms_level);
  if (spectrum.molecular_mass) text += fmt::format(" M={}", shortest(*spectrum.molecular_mass));
  if (spectrum.retention_index) text += fmt::format(" RI={}", shortest(*spectrum.retention_index));
  if (spectrum.precursor_mz) text += fmt::format(" {}", shortest(*spectrum.precursor_mz));
  if (spectrum.charge && spectrum.sign_assumed) text += fmt::format(" {}", *spectrum.charge);
  if (spectrum.charge && !spectrum.sign_assumed) text += fmt::format(" {:+}", *spectrum.charge);
  if (spectrum.polarity != 0) text += spectrum.polarity > 0 ? " pos" : " neg";
  for (const auto* value :
       {&spectrum.adduct, &spectrum.smiles, &spectrum.inchikey, &spectrum.formula,
        &spectrum.instrument, &spectrum.collision_energy, &spectrum.fold}) {
    if (!value->empty()) text += fmt::format(" {}", *value);
  }
  text += oddities_of(spectrum) + " |";
  for (const auto& peak : spectrum.peaks) {
    text += fmt::format(" {}:{}", shortest(peak.mz), shortest(peak.intensity));
  }
  return text;
}

}  // namespace

std::vector<ReaderCase> reader_cases(const std::filesystem::path& file) {
  std::vector<ReaderCase> cases;
  std::vector<std::vector<std::string>> directives;
  std::ifstream lines(file, std::ios::binary);
  bool in_file = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("=== ")) {
      ReaderCase fresh;
      fresh.source = file.stem().string();
      fresh.name = line.substr(4);
      directives.push_back(take_directives(fresh.name));
      cases.push_back(std::move(fresh));
      in_file = true;
    } else if (line == "---") {
      in_file = false;
    } else if (in_file) {
      cases.back().bytes += (file.stem() == "mzml" ? mzml_line(line) : line) + "\n";
    } else {
      cases.back().expected.push_back(line);
    }
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (const auto& directive : directives[i]) apply(directive, cases[i]);
  }
  return cases;
}

std::vector<std::string> outcome_of(const ReaderCase& reader_case) {
  std::vector<std::string> lines;
  try {
    const auto reader = read_spectra(reader_case.bytes, "f", reader_case.format);
    for (Spectrum spectrum; reader->next(spectrum);) lines.push_back(line_of(spectrum));
  } catch (const InputError& error) {
    lines.push_back(fmt::format("! {}", error.what()));
  }
  return lines;
}

}  // namespace specbridge::test
