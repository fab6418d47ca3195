#include "store/encoded/numpy_array.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

constexpr std::string_view kNpyMagic("\x93NUMPY\x01\x00", 8);
constexpr std::size_t kNpyStart = kNpyMagic.size() + sizeof(std::uint16_t);

/// The numbers between the brackets of 'shape': (2, 3).
std::optional<std::pair<std::size_t, std::size_t>> shape_of(std::string_view header) {
  constexpr std::string_view kShape = "'shape': (";
  const auto begin = header.find(kShape);
  if (begin == std::string_view::npos) return {};
  const auto text = header.substr(begin + kShape.size());
  const auto parts = split(text.substr(0, text.find(')')), ',');
  if (parts.size() != 2) return {};
  const auto rows = parse_integer(trim(parts[0])), width = parse_integer(trim(parts[1]));
  if (!rows || !width || *rows < 0 || *width < 0) return {};
  return std::pair{static_cast<std::size_t>(*rows), static_cast<std::size_t>(*width)};
}

}  // namespace

std::string npy_header(std::size_t rows, std::size_t width) {
  constexpr std::size_t kBytes = 128;  // the format wants a multiple of 64
  constexpr std::size_t kText = kBytes - kNpyStart;
  static_assert(kText < 256);
  std::string header(kNpyMagic);
  header += {static_cast<char>(kText), '\0'};
  header +=
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, width);
  header.resize(kBytes - 1, ' ');
  return header + "\n";
}

Matrix read_npy(const std::filesystem::path& path) {
  const std::string bytes = read_file(path);
  const auto refuse = [&](std::string_view problem) -> InputError {
    return {
        {path.string(), 0},
        fmt::format("{}; expected a NumPy array of float32 with two dimensions, as sample embed "
                    "writes it",
                    problem)};
  };
  if (bytes.size() < kNpyStart || !bytes.starts_with(kNpyMagic)) throw refuse("is no .npy file");
  const std::size_t text = static_cast<unsigned char>(bytes[kNpyMagic.size()]) +
                           std::size_t{256} * static_cast<unsigned char>(bytes[kNpyStart - 1]);
  const std::string_view header = std::string_view(bytes).substr(kNpyStart, text);
  const auto shape = shape_of(header);
  if (!shape || header.find("'<f4'") == std::string_view::npos ||
      header.find("'fortran_order': False") == std::string_view::npos) {
    throw refuse("holds another kind of array");
  }
  const std::size_t here = (bytes.size() - kNpyStart - header.size()) / sizeof(float);
  const auto [rows, width] = *shape;
  if (bytes.size() != kNpyStart + header.size() + here * sizeof(float) ||
      (width == 0 ? here != 0 : here % width != 0 || here / width != rows)) {
    throw refuse("is cut off or longer than its header says");
  }
  Matrix matrix(rows, width);
  if (here > 0) {
    std::memcpy(matrix.values().data(), bytes.data() + kNpyStart + header.size(),
                here * sizeof(float));
  }
  return matrix;
}

}  // namespace specbridge
