#include "library/postgres/binary_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "chem/inchi.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr std::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
constexpr std::size_t kHeader = 19, kFixedFields = 8;  // fields of a molecule without further ones
constexpr std::size_t kVectorHead = 4;                 // of halfvec: dimensions, and two bytes of 0

template <typename Number>
void append(Number number, std::string& bytes) {
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xffU);
  }
}

template <typename Number>
Number number_at(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return static_cast<Number>(number);
}

template <typename Number>
void append_field(Number number, std::string& bytes) {
  append(static_cast<std::uint32_t>(sizeof(Number)), bytes);
  append(number, bytes);
}

void append_field(std::string_view text, std::string& bytes) {
  append(static_cast<std::uint32_t>(text.size()), bytes);
  bytes += text;
}

void append_vector(std::span<const std::uint16_t> vector, std::string& bytes) {
  append(static_cast<std::uint32_t>(kVectorHead + vector.size_bytes()), bytes);
  append(static_cast<std::uint16_t>(vector.size()), bytes);
  append(std::uint16_t{0}, bytes);
  for (const std::uint16_t number : vector) append(number, bytes);
}

/// Takes a field with its length from the front; nothing when it is not whole.
std::optional<std::string_view> take_field(std::string_view& rest) {
  if (rest.size() < 4) return {};
  const auto size = number_at<std::int32_t>(rest);
  if (size < 0) throw BinaryReader::BadRow{"a value is missing"};
  if (rest.size() < 4 + static_cast<std::size_t>(size)) return {};
  const auto field = rest.substr(4, static_cast<std::size_t>(size));
  rest.remove_prefix(4 + field.size());
  return field;
}

}  // namespace

std::string binary_header() {
  std::string header(kSignature);
  header.resize(kHeader, '\0');
  return header;
}

std::string binary_trailer() {
  return "\xff\xff";
}

std::size_t molecule_fields(std::size_t further) {
  return kFixedFields + further;
}

void append_row(std::size_t row, const MoleculeText& molecule,
                std::span<const std::uint16_t> vector, std::string& bytes, RowSums& sums) {
  const std::size_t fields = molecule_fields(molecule.further.size()) + 3;
  append(static_cast<std::uint16_t>(fields), bytes);
  const std::size_t first = bytes.size();
  append_field(static_cast<std::uint64_t>(row), bytes);
  append_field(std::bit_cast<std::uint64_t>(molecule.exact_mass), bytes);
  append_field(static_cast<std::uint32_t>(molecule.charge), bytes);
  for (const auto text :
       {molecule.id, molecule.smiles, molecule.inchikey, molecule.formula, molecule.name}) {
    append_field(text, bytes);
  }
  for (const auto text : molecule.further) append_field(text, bytes);
  const std::uint64_t molecule_sum = xxhash64(std::string_view(bytes).substr(first));
  append_field(molecule_sum, bytes);
  const std::size_t second = bytes.size();
  append_vector(vector, bytes);
  std::string own;
  append_field(static_cast<std::uint64_t>(row), own);
  own += std::string_view(bytes).substr(second);
  const std::uint64_t vector_sum = xxhash64(own);
  append_field(vector_sum, bytes);
  sums.molecules ^= molecule_sum;
  sums.vectors ^= vector_sum;
}

MoleculeText molecule_of(const BinaryRow& row) {
  const auto& fields = row.fields;
  if (fields.size() < kFixedFields || fields[1].size() != 8 || fields[2].size() != 4) {
    throw BinaryReader::BadRow{"a row has other columns than this program writes"};
  }
  MoleculeText text;
  text.exact_mass = std::bit_cast<double>(number_at<std::uint64_t>(fields[1]));
  text.charge = number_at<std::int32_t>(fields[2]);
  text.id = fields[3];
  text.smiles = fields[4];
  text.inchikey = fields[5];
  text.inchikey14 = text.inchikey.substr(0, kInchikeyBlock);
  text.formula = fields[6];
  text.name = fields[7];
  text.further.assign(fields.begin() + kFixedFields, fields.end());
  return text;
}

bool vector_of(const BinaryRow& row, std::span<std::uint16_t> vector) {
  const std::string_view bytes = row.fields[1];
  if (bytes.size() != kVectorHead + vector.size_bytes()) return false;
  for (std::size_t i = 0; i < vector.size(); ++i) {
    vector[i] = number_at<std::uint16_t>(bytes.substr(kVectorHead + 2 * i));
  }
  return true;
}

void BinaryReader::read(std::string_view bytes) {
  waiting_ += bytes;
  std::string_view rest = waiting_;
  if (!begun_) {
    if (rest.size() < kHeader) return;
    if (!rest.starts_with(kSignature)) throw BadRow{"the server's answer is not binary"};
    rest.remove_prefix(kHeader);
    begun_ = true;
  }
  while (!ended_ && take_row(rest)) {
  }
  waiting_.erase(0, waiting_.size() - rest.size());
}

void BinaryReader::finish() const {
  if (!ended_) throw BadRow{"the server's answer breaks off"};
}

/// Takes a row from the front; false when it is not whole.
bool BinaryReader::take_row(std::string_view& rest) {
  std::string_view ahead = rest;
  if (ahead.size() < 2) return false;
  const auto count = number_at<std::int16_t>(ahead);
  ahead.remove_prefix(2);
  if (count == -1) {
    ended_ = true;
    rest = ahead;
    return true;
  }
  rows_.resize(groups_.size());
  std::size_t fields = 0;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    BinaryRow& row = rows_[group];
    row.fields.clear();
    const std::string_view begin = ahead;
    for (std::size_t i = 0; i < groups_[group]; ++i) {
      const auto field = take_field(ahead);
      if (!field) return false;
      row.fields.push_back(*field);
    }
    const std::uint64_t found = xxhash64(begin.substr(0, begin.size() - ahead.size()));
    const auto sum = take_field(ahead);
    if (!sum) return false;
    fields += groups_[group] + 1;
    if (fields > static_cast<std::size_t>(std::max<int>(count, 0)) ||
        row.fields.front().size() != 8 || sum->size() != 8) {
      throw BadRow{"a row has other columns than this program writes"};
    }
    row.row = number_at<std::uint64_t>(row.fields.front());
    row.sum = number_at<std::uint64_t>(*sum);
    if (row.sum != found) {
      throw BadRow{fmt::format("row {} is damaged: its checksum does not hold", row.row)};
    }
  }
  if (fields != static_cast<std::size_t>(count)) {
    throw BadRow{"a row has other columns than this program writes"};
  }
  rest = ahead;
  take_(rows_);
  return true;
}

}  // namespace specbridge
