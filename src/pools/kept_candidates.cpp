#include "pools/kept_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "chem/inchi.h"
#include "chem/standard_form.h"
#include "chem/standardize_all.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/file.h"
#include "store/partial.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

using Standardized = std::variant<Molecule, Rejection>;

constexpr std::size_t kFormat = 1;
constexpr char kMolecule = 'M', kRejection = 'R';

/// SHA-256 of the texts and of all that decides what becomes of them.
std::string key_of(const std::vector<std::string>& texts, const RunContext& context) {
  std::string all = fmt::format("{}\n{}\n{}\n{}\n{}\n", kFormat, kStandardForm, chemistry_version(),
                                inchi_version(), context.cache_maker);
  for (const auto& text : texts) {
    all += text;
    all += '\0';
  }
  return sha256(all);
}

class Packer {
 public:
  explicit Packer(const fs::path& path) : file_(path) {}

  void text(std::string_view text) {
    value(static_cast<std::uint32_t>(text.size()));
    file_.write(text);
  }
  template <typename T>
  void value(T number) {
    file_.write({reinterpret_cast<const char*>(&number), sizeof number});
  }
  void result(const Standardized& result) {
    if (const auto* molecule = std::get_if<Molecule>(&result)) {
      value(kMolecule);
      for (const auto* part : {&molecule->smiles(), &molecule->inchikey(), &molecule->formula()}) {
        text(*part);
      }
      value(molecule->exact_mass());
      value(static_cast<std::int32_t>(molecule->charge()));
    } else {
      const auto& why = std::get<Rejection>(result);
      value(kRejection);
      text(why.reason);
      text(why.message);
    }
  }
  void finish() { file_.finish(); }

 private:
  BlockWriter file_;
};

/// @throws ArtifactError where the bytes end
class Unpacker {
 public:
  explicit Unpacker(const BlockFile& file) : file_(file), rest_(file.bytes(0, file.size())) {}

  std::string text() { return std::string(take(value<std::uint32_t>())); }
  template <typename T>
  T value() {
    T number{};
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
    return number;
  }
  Standardized result() {
    if (value<char>() == kRejection) {
      auto reason = text();
      return Rejection{std::move(reason), text()};
    }
    auto smiles = text(), inchikey = text(), formula = text();
    const auto mass = value<double>();
    return Molecule::trusted(std::move(smiles), std::move(inchikey), std::move(formula), mass,
                             value<std::int32_t>());
  }
  bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view take(std::size_t bytes) {
    if (bytes > rest_.size()) throw ArtifactError(file_.path().string() + ": ends too early");
    const auto taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

  const BlockFile& file_;
  std::string_view rest_;
};

/// Nothing where none are kept, or not whole.
std::optional<std::vector<Standardized>> kept(const fs::path& path, const std::string& key,
                                              std::size_t count) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return {};
  try {
    const BlockFile file(path);
    Unpacker in(file);
    if (in.text() != key) return {};
    std::vector<Standardized> results;
    results.reserve(count);
    while (results.size() < count) results.push_back(in.result());
    if (!in.at_end()) return {};
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
    return results;
  } catch (const Error&) {
    return {};
  }
}

struct KeptFile {
  fs::path path;
  fs::file_time_type used;
  std::uintmax_t bytes = 0;
};

/// Removes what was not used for the longest time, until the rest is within the limit.
void make_room(const fs::path& folder, std::uintmax_t most_bytes) {
  std::vector<KeptFile> files;
  std::uintmax_t sum = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    files.push_back({entry.path(), entry.last_write_time(), entry.file_size()});
    sum += files.back().bytes;
  }
  std::ranges::sort(files, {}, &KeptFile::used);
  for (const auto& file : files) {
    if (sum <= most_bytes) break;
    fs::remove(file.path);
    sum -= file.bytes;
  }
}

void keep(const fs::path& path, const std::string& key, const std::vector<Standardized>& results,
          std::uintmax_t most_bytes) {
  try {
    fs::create_directories(path.parent_path());
    clear_leftovers(path);
    const Partial partial(path, Partial::Kind::file);
    Packer out(partial.path());
    out.text(key);
    for (const auto& result : results) out.result(result);
    out.finish();
    publish(partial.path(), path);
    make_room(path.parent_path(), most_bytes);
  } catch (const Error&) {
    // the next run works them out again
  } catch (const fs::filesystem_error&) {
  }
}

}  // namespace

std::vector<Standardized> standardize_candidates(const std::vector<std::string>& texts,
                                                 std::string_view stage, const RunContext& context,
                                                 const KeepLimits& limits) {
  if (context.cache.empty() || texts.size() < limits.fewest) {
    return standardize_all(texts, stage, context);
  }
  const std::string key = key_of(texts, context);
  const fs::path path = context.cache / "standardised" / (key + ".bin");
  if (auto results = kept(path, key, texts.size())) {
    context.info(fmt::format("{}: the standard forms of {}, worked out by an earlier run",
                             path.string(), counted(texts.size(), "candidate")));
    return std::move(*results);
  }
  auto results = standardize_all(texts, stage, context);
  keep(path, key, results, limits.most_bytes);
  return results;
}

}  // namespace specbridge
