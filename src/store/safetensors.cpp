#include "store/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "base/json.h"
#include "specbridge/error.h"
#include "specbridge/existing.h"
#include "store/file.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kMaxHeader = 100'000'000;  // the limit of the format's own implementation

class SafetensorsFile {
 public:
  explicit SafetensorsFile(const fs::path& path) : path_(path), bytes_(load(path)) {
    std::uint64_t header_size = 0;
    if (bytes_.size() < sizeof header_size) fail("is too short for a safetensors file");
    std::memcpy(&header_size, bytes_.data(), sizeof header_size);
    if (header_size > kMaxHeader || header_size > bytes_.size() - sizeof header_size) {
      fail(fmt::format("header of {} bytes does not fit the file", header_size));
    }
    header_ = header(header_size);
    data_ = std::string_view(bytes_).substr(sizeof header_size + header_size);
  }

  std::map<std::string, NamedTensor> tensors() const {
    std::map<std::string, NamedTensor> result;
    std::multiset<std::pair<std::uint64_t, std::uint64_t>> ranges;  // equal ones overlap, too
    for (const auto& [name, entry] : header_.items()) {
      if (name == "__metadata__") continue;
      const auto [begin, end] = range(name, entry);
      ranges.emplace(begin, end);
      result[name] = tensor(name, entry, begin, end);
    }
    std::uint64_t expected = 0;
    for (const auto& [begin, end] : ranges) {
      if (begin != expected) fail("the tensors do not lie one behind the other");
      expected = end;
    }
    if (expected != data_.size()) fail("holds bytes that belong to no tensor");
    return result;
  }

 private:
  static std::string load(const fs::path& path) {
    try {
      return read_file(path);
    } catch (const InputError& error) {
      throw ArtifactError(error.what());
    }
  }
  [[noreturn]] void fail(const std::string& problem) const {
    throw ArtifactError(fmt::format("{}: {}; make or copy it again", path_.string(), problem));
  }
  Json header(std::uint64_t size) const {
    try {
      Json json = parse_json(std::string_view(bytes_).substr(sizeof size, size), path_.string());
      if (!json.is_object()) fail("header is no JSON object");
      return json;
    } catch (const InputError& error) {
      throw ArtifactError(error.what());
    }
  }
  std::pair<std::uint64_t, std::uint64_t> range(const std::string& name, const Json& entry) const {
    const auto all_unsigned = [](const Json& list) {
      return list.is_array() && std::all_of(list.begin(), list.end(),
                                            [](const Json& v) { return v.is_number_unsigned(); });
    };
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() ||
        !number_type(entry["dtype"].get<std::string>()) || !entry.contains("shape") ||
        !all_unsigned(entry["shape"]) || !entry.contains("data_offsets") ||
        !all_unsigned(entry["data_offsets"]) || entry["data_offsets"].size() != 2) {
      fail(fmt::format("tensor {}: expected dtype F32, BF16 or F8_E4M3, a shape and two offsets",
                       name));
    }
    const auto begin = entry["data_offsets"][0].get<std::uint64_t>();
    const auto end = entry["data_offsets"][1].get<std::uint64_t>();
    if (begin > end || end > data_.size())
      fail(fmt::format("tensor {}: lies outside the file", name));
    return {begin, end};
  }
  NamedTensor tensor(const std::string& name, const Json& entry, std::uint64_t begin,
                     std::uint64_t end) const {
    NamedTensor tensor{name,
                       entry["shape"].get<std::vector<std::int64_t>>(),
                       {},
                       *number_type(entry["dtype"].get<std::string>())};
    std::uint64_t count = 1;
    for (const auto extent : tensor.shape) {
      const auto size = static_cast<std::uint64_t>(extent);
      if (extent < 0 || (size != 0 && count > data_.size() / size)) {
        fail(fmt::format("tensor {}: shape {} is larger than the file", name, tensor.shape));
      }
      count *= size;
    }
    if (count * bytes_of(tensor.stored) != end - begin) {
      fail(fmt::format("tensor {}: shape {} does not fit its {} bytes", name, tensor.shape,
                       end - begin));
    }
    tensor.values.resize(count);
    decode_numbers(data_.substr(begin, end - begin), tensor.stored, tensor.values);
    const auto finite = [](float value) { return std::isfinite(value); };
    if (!std::all_of(tensor.values.begin(), tensor.values.end(), finite)) {
      fail(fmt::format("tensor {}: holds values that are not finite", name));
    }
    return tensor;
  }

  fs::path path_;
  std::string bytes_;
  Json header_;
  std::string_view data_;
};

}  // namespace

void write_safetensors(const fs::path& path, const std::vector<NamedTensor>& tensors) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  std::uint64_t offset = 0;
  for (const auto& tensor : tensors) {
    const std::uint64_t end = offset + tensor.values.size() * bytes_of(tensor.stored);
    header[tensor.name] = {{"dtype", dtype_of(tensor.stored)},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the format aligns the data to 8 bytes
  const std::uint64_t size = text.size();
  StagedFile file(path, Existing::replace);
  file.write({reinterpret_cast<const char*>(&size), sizeof size});
  file.write(text);
  for (const auto& tensor : tensors) file.write(encode_numbers(tensor.values, tensor.stored));
  file.commit();
}

std::map<std::string, NamedTensor> read_safetensors(const fs::path& path) {
  return SafetensorsFile(path).tensors();
}

}  // namespace specbridge
