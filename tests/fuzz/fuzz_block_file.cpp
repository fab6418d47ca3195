// Block files under hostile bytes: a foreign file is refused; written ones give back what went in,
// and tell when one byte of them has changed.

#include <string>

#include "fuzz/memory_file.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/file.h"

namespace {

using specbridge::fuzz::MemoryFile;
using specbridge::fuzz::require;

/// Whether all of a file can be read; it is as long as it says.
bool readable(const MemoryFile& file) {
  try {
    const specbridge::BlockFile blocks(file.path());
    blocks.verify();
    require(blocks.bytes(0, blocks.size()).size() == blocks.size(), "all bytes are there");
    return true;
  } catch (const specbridge::ArtifactError&) {
    return false;
  }
}

void write(const MemoryFile& file, std::string_view payload) {
  specbridge::BlockWriter writer(file.path());
  writer.write(payload.substr(0, payload.size() / 3));
  writer.write(payload.substr(payload.size() / 3));
  writer.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const MemoryFile file;
  const auto input = specbridge::fuzz::text_of(data, size);
  file.hold(input);
  readable(file);

  write(file, input);
  require(specbridge::BlockFile(file.path()).bytes(0, size) == input, "what was written is read");
  std::string bytes = specbridge::read_file(file.path());
  if (size < 3) return 0;
  const std::size_t place = (data[0] * 256U + data[1]) % bytes.size();
  bytes[place] = static_cast<char>(bytes[place] ^ (data[2] | 1));
  file.hold(bytes);
  require(!readable(file), "a changed byte is found");
  return 0;
}
