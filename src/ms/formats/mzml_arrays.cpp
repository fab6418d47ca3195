#include "ms/formats/mzml_arrays.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <libmsnumpress/MSNumpress.hpp>

#include "base/text.h"
#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"
#include "store/byte_reader.h"

namespace specbridge {
namespace {

static_assert(std::endian::native == std::endian::little, "mzML arrays are little-endian");

constexpr std::size_t kMaxBytes = 8 * kMaxPeaks;
constexpr std::size_t kMaxBase64 = kMaxBytes / 3 * 4 + 1024;

using Packing = BinaryArray::Packing;
using Type = BinaryArray::Type;

struct PackingTerm {
  std::string_view accession;
  Packing packing;
  bool zlib;
};

constexpr std::array<PackingTerm, 8> kPackingTerms = {{
    {"MS:1000576", Packing::plain, false},
    {"MS:1000574", Packing::plain, true},
    {"MS:1002312", Packing::linear, false},
    {"MS:1002313", Packing::pic, false},
    {"MS:1002314", Packing::slof, false},
    {"MS:1002746", Packing::linear, true},
    {"MS:1002747", Packing::pic, true},
    {"MS:1002748", Packing::slof, true},
}};

// Truncated values, zstd, and what is packed by both ways: their names do not always come along.
constexpr std::array<std::string_view, 9> kForeignPackings = {
    "MS:1003088", "MS:1003089", "MS:1003090", "MS:1003780", "MS:1003781",
    "MS:1003782", "MS:1003783", "MS:1003784", "MS:1003785"};

/// Whether a term says that the bytes are packed in a way that is not read.
bool is_foreign_packing(std::string_view accession, std::string_view name) {
  if (std::ranges::find(kForeignPackings, accession) != kForeignPackings.end()) return true;
  const std::string upper = to_upper(name);
  return upper.find("COMPRESS") != std::string::npos || upper.find("ZSTD") != std::string::npos ||
         upper.find("NUMPRESS") != std::string::npos;
}

constexpr std::array<signed char, 256> base64_values() {
  std::array<signed char, 256> values{};
  for (auto& value : values) value = -1;
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    values[static_cast<unsigned char>(kLetters[i])] = static_cast<signed char>(i);
  }
  return values;
}

template <typename T>
std::vector<double> as_numbers(std::string_view bytes) {
  if (bytes.size() % sizeof(T) != 0) {
    throw InputError(fmt::format("{} bytes are no whole number of values", bytes.size()));
  }
  std::vector<double> values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

std::vector<double> plain_numbers(std::string_view bytes, Type type) {
  switch (type) {
    case Type::float32:
      return as_numbers<float>(bytes);
    case Type::float64:
      return as_numbers<double>(bytes);
    case Type::int32:
      return as_numbers<std::int32_t>(bytes);
    case Type::int64:
      return as_numbers<std::int64_t>(bytes);
    case Type::unknown:
      break;
  }
  throw InputError("the type of its values is not stated");
}

/// Two values a byte at most; the library writes no further than that and throws texts.
std::vector<double> unpacked(std::string_view bytes, Packing packing) {
  if (bytes.size() > kMaxPeaks) throw InputError("it is too large");
  if (bytes.empty()) return {};
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  std::vector<double> values(2 * bytes.size());
  std::size_t count = 0;
  try {
    if (packing == Packing::linear) {
      count = ms::numpress::MSNumpress::decodeLinear(data, bytes.size(), values.data());
    } else if (packing == Packing::pic) {
      count = ms::numpress::MSNumpress::decodePic(data, bytes.size(), values.data());
    } else {
      count = ms::numpress::MSNumpress::decodeSlof(data, bytes.size(), values.data());
    }
  } catch (const char*) {
    throw InputError("its MS-Numpress bytes are damaged");
  }
  values.resize(count);
  return values;
}

}  // namespace

void BinaryArray::apply(std::string_view accession, std::string_view name) {
  const auto* term = std::ranges::find(kPackingTerms, accession, &PackingTerm::accession);
  if (term != kPackingTerms.end()) {
    if (term->packing != Packing::plain) packing = term->packing;
    zlib = zlib || term->zlib;  // older files state Numpress and zlib in two terms
  } else if (foreign_packing.empty() && is_foreign_packing(accession, name)) {
    foreign_packing = fmt::format("{} ({})", one_line(name.empty() ? "unnamed" : name, 80),
                                  one_line(accession.empty() ? "no accession" : accession, 20));
  }
  if (accession == "MS:1000514") kind = Kind::mz;
  if (accession == "MS:1000515") kind = Kind::intensity;
  if (accession == "MS:1000521") type = Type::float32;
  if (accession == "MS:1000523") type = Type::float64;
  if (accession == "MS:1000519") type = Type::int32;
  if (accession == "MS:1000522") type = Type::int64;
}

void BinaryArray::append(std::string_view text) {
  too_large = too_large || base64.size() + text.size() > kMaxBase64;
  if (!too_large) base64 += text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  static constexpr auto kValues = base64_values();
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t letters = 0, pads = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    ++letters;
    if (c == '=') {
      ++pads;
      continue;
    }
    const auto value = kValues[static_cast<unsigned char>(c)];
    if (value < 0 || pads > 0) return {};
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xff);
  }
  if (letters % 4 != 0 || pads > 2) return {};
  return bytes;
}

std::vector<double> decoded(const BinaryArray& array) {
  if (!array.foreign_packing.empty()) {
    throw InputError(
        fmt::format("its compression is not read: {}; write the file again with zlib "
                    "(msconvert --zlib)",
                    array.foreign_packing));
  }
  if (array.too_large) throw InputError("it is too large");
  auto bytes = decode_base64(array.base64);
  if (!bytes) throw InputError("it is not base64");
  if (array.zlib && !bytes->empty()) {
    bytes = inflate_zlib(*bytes, kMaxBytes);
    if (!bytes) throw InputError("its zlib stream is damaged or too large");
  }
  return array.packing == Packing::plain ? plain_numbers(*bytes, array.type)
                                         : unpacked(*bytes, array.packing);
}

}  // namespace specbridge
