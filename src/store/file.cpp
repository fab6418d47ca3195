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

constexpr std::size_t kReadAtOnce = 1 << 20;

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
  std::string chunk(kReadAtOnce, '\0');
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())), file.gcount() > 0) {
    consume(std::string_view(chunk.data(), static_cast<std::size_t>(file.gcount())));
  }
  if (file.bad()) throw InputError({path.string(), 0}, "reading failed");
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

}  // namespace specbridge
