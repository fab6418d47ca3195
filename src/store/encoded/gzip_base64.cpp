#include "store/encoded/gzip_base64.h"

#include <openssl/evp.h>

#include "store/encoded/gzip_stream.h"

namespace specbridge {
namespace {

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // it writes a zero behind
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

std::string gzip_base64(std::string_view bytes) {
  GzipStream stream(GzipStream::kSmallest);
  std::string packed = stream.add(bytes);
  return base64(packed += stream.finish());
}

}  // namespace specbridge
