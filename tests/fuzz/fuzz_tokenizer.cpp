// tokenizer.json under hostile bytes: what is taken gives as many ids as were asked for at most.

#include "fuzz/memory_file.h"
#include "specbridge/error.h"
#include "tokenize/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const specbridge::fuzz::MemoryFile file;
  file.hold(specbridge::fuzz::text_of(data, size));
  constexpr std::size_t kMost = 16;
  try {
    const auto tokenizer = specbridge::Tokenizer::load(file.path());
    for (const char* text : {"", "CC(=O)Oc1ccccc1C(=O)O", "[nH+]%12[C@@H]", "\xc3\xa9 \xff"}) {
      specbridge::fuzz::require(tokenizer.encode(text, kMost).size() <= kMost, "ids are cut");
    }
  } catch (const specbridge::ArtifactError&) {
    // a refusal is an answer
  }
  return 0;
}
