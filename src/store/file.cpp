#include "store/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>

#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kChunk = 1 << 20;

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) {
      throw std::logic_error("OpenSSL refuses SHA-256");
    }
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
    std::string text;
    for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

std::ifstream open_binary(const fs::path& path) {
  check_readable(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    throw InputError({path.string(), 0}, fmt::format("cannot be read ({})", std::strerror(errno)));
  }
  return file;
}

template <typename Consumer>
void read_chunks(const fs::path& path, Consumer&& consume) {
  std::ifstream file = open_binary(path);
  std::string chunk(kChunk, '\0');
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), file.gcount() > 0) {
    consume(std::string_view(chunk.data(), static_cast<std::size_t>(file.gcount())));
  }
  if (file.bad()) throw InputError({path.string(), 0}, "reading failed");
}

fs::path staging_name(const fs::path& target) {
  fs::path name = target;
  if (!name.has_filename()) name = name.parent_path();  // "model/" and "model" are one place
  name += fmt::format(".partial-{}", getpid());
  return name;
}

[[noreturn]] void cannot_write(const fs::path& path, int error) {
  throw OutputError(fmt::format("{}: cannot be written ({})", path.string(), std::strerror(error)));
}

void sync_to_disk(const fs::path& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  const int error = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  // A disk that fills up or fails may say so only here. Some file systems cannot sync folders.
  if (error == EIO || error == ENOSPC || error == EDQUOT) cannot_write(path, error);
}

fs::path folder_of(const fs::path& path) {
  const fs::path parent = (path.has_filename() ? path : path.parent_path()).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

void check_place(const fs::path& path, Existing existing) {
  std::error_code ignored;
  if (existing == Existing::refuse && fs::exists(path, ignored)) {
    throw OutputError(fmt::format(
        "{}: exists already; choose another name or replace it with --force", path.string()));
  }
  if (!fs::is_directory(folder_of(path), ignored)) {
    throw OutputError(
        fmt::format("{}: the folder {} does not exist", path.string(), folder_of(path).string()));
  }
  if (access(folder_of(path).c_str(), W_OK) != 0) cannot_write(folder_of(path), errno);
}

/// Whether two names, of files that need not exist, are one place.
bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return a != "-" && b != "-" &&
         (fs::weakly_canonical(a, ignored) == fs::weakly_canonical(b, ignored) ||
          fs::equivalent(a, b, ignored));
}

/// Whether a directory holds what every output directory of the program holds.
bool is_artifact(const fs::path& directory) {
  std::error_code ignored;
  return fs::exists(directory / "manifest.json", ignored) ||
         fs::exists(directory / "report.json", ignored) ||
         fs::exists(directory / "audit.json", ignored);
}

}  // namespace

std::string read_file(const fs::path& path) {
  std::string bytes;
  read_chunks(path, [&](std::string_view chunk) { bytes += chunk; });
  return bytes;
}

void check_readable(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw InputError({path.string(), 0}, "is a directory, expected a file");
  }
  if (access(path.c_str(), R_OK) != 0) {
    throw InputError({path.string(), 0}, fmt::format("cannot be read ({})", std::strerror(errno)));
  }
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

std::string sha256_of_file(const fs::path& path) {
  Sha256 hash;
  read_chunks(path, [&](std::string_view chunk) { hash.add(chunk); });
  return hash.hex();
}

std::uint64_t xxhash64(std::string_view bytes) {
  return XXH64(bytes.data(), bytes.size(), 0);
}

void check_output(const fs::path& path, Existing existing) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw OutputError(
        fmt::format("{}: is a folder; expected the name of a file to write", path.string()));
  }
  check_place(path, existing);
}

void check_distinct(const std::vector<fs::path>& outputs, const std::vector<fs::path>& inputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (std::size_t other = 0; other < i; ++other) {
      if (!same_place(outputs[i], outputs[other])) continue;
      throw UsageError(
          fmt::format("{}: is to hold two outputs; name a file for each", outputs[i].string()));
    }
    for (const auto& input : inputs) {
      if (!same_place(outputs[i], input)) continue;
      throw UsageError(fmt::format("{}: is an input and would be replaced; name another output",
                                   outputs[i].string()));
    }
  }
}

void check_output_directory(const fs::path& path, Existing existing) {
  check_place(path, existing);
  std::error_code ignored;
  const bool ours = fs::is_directory(path, ignored)
                        ? fs::is_empty(path, ignored) || is_artifact(path)
                        : !fs::exists(path, ignored);
  if (!ours) {
    throw OutputError(fmt::format(
        "{}: is not an output of specbridge, --force does not replace it; choose another name",
        path.string()));
  }
}

struct StagedFile::Impl {
  fs::path target, staging;
  Existing existing = Existing::refuse;
  std::FILE* file = nullptr;
  ~Impl() {
    if (file != nullptr) std::fclose(file);
    std::error_code ignored;
    if (!staging.empty()) fs::remove(staging, ignored);
  }
};

StagedFile::StagedFile(fs::path path, Existing existing) : impl_(std::make_unique<Impl>()) {
  check_output(path, existing);
  impl_->target = std::move(path);
  impl_->existing = existing;
  impl_->staging = staging_name(impl_->target);
  impl_->file = std::fopen(impl_->staging.c_str(), "wb");
  if (impl_->file == nullptr) cannot_write(impl_->target, errno);
}

StagedFile::~StagedFile() = default;
StagedFile::StagedFile(StagedFile&&) noexcept = default;

void StagedFile::write(std::string_view bytes) {
  if (bytes.empty()) return;  // fwrite must not see a null pointer
  if (std::fwrite(bytes.data(), 1, bytes.size(), impl_->file) != bytes.size()) {
    cannot_write(impl_->target, errno);
  }
}

void StagedFile::commit() {
  int error = std::fflush(impl_->file) == 0 && fsync(fileno(impl_->file)) == 0 ? 0 : errno;
  if (std::fclose(std::exchange(impl_->file, nullptr)) != 0 && error == 0) error = errno;
  if (error != 0) cannot_write(impl_->target, error);
  check_output(impl_->target, impl_->existing);  // somebody else may have written it meanwhile
  std::error_code failure;
  fs::rename(impl_->staging, impl_->target, failure);
  if (failure) cannot_write(impl_->target, failure.value());
  impl_->staging.clear();
  sync_to_disk(folder_of(impl_->target));
}

void write_file(const fs::path& path, std::string_view bytes, Existing existing) {
  StagedFile file(path, existing);
  file.write(bytes);
  file.commit();
}

StagedDirectory::StagedDirectory(fs::path target, Existing existing)
    : target_(std::move(target)), staging_(staging_name(target_)), existing_(existing) {
  check_output_directory(target_, existing);
  std::error_code failure;
  fs::remove_all(staging_, failure);
  fs::create_directory(staging_, failure);
  if (failure) cannot_write(staging_, failure.value());
}

StagedDirectory::~StagedDirectory() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(staging_, ignored);
}

void StagedDirectory::commit() {
  check_output_directory(target_, existing_);  // somebody else may have written it meanwhile
  for (const auto& entry : fs::recursive_directory_iterator(staging_)) sync_to_disk(entry.path());
  const fs::path target = target_.has_filename() ? target_ : target_.parent_path();
  const fs::path old = fs::path(staging_) += ".old";
  std::error_code failure;
  // A directory cannot be renamed over a full one: the old one steps aside first.
  if (existing_ == Existing::replace && fs::exists(target)) fs::rename(target, old, failure);
  if (!failure) fs::rename(staging_, target, failure);
  if (failure) {
    std::error_code ignored;
    if (fs::exists(old, ignored) && !fs::exists(target, ignored)) fs::rename(old, target, ignored);
    cannot_write(target, failure.value());
  }
  committed_ = true;
  sync_to_disk(folder_of(target));
  fs::remove_all(old, failure);
}

void link_or_copy(const fs::path& from, const fs::path& to) {
  std::error_code failure;
  fs::create_hard_link(from, to, failure);
  if (!failure) return;
  failure.clear();
  fs::copy_file(from, to, failure);
  if (failure) cannot_write(to, failure.value());
}

}  // namespace specbridge
