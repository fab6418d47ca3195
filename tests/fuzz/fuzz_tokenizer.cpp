// tokenizer.json under hostile bytes, and behind the first byte 0 a text: what is taken gives as
// many ids as were asked for at most; the pieces of a text are the text.

#include <algorithm>
#include <string>

#include "fuzz/memory_file.h"
#include "specbridge/error.h"
#include "tokenize/published_splits.h"
#include "tokenize/tokenizer.h"
#include "tokenize/unicode.h"

namespace specbridge::fuzz {
namespace {

void check_pieces(std::string_view text) {
  const std::string whole = utf8(code_points(text));
  for (const TextSplit split : {gpt2_pieces, llama3_pieces}) {
    std::string joined;
    for (const std::string& piece : split(text)) {
      require(!piece.empty(), "a piece is not empty");
      joined += piece;
    }
    require(joined == whole, "pieces are the text");
  }
}

}  // namespace
}  // namespace specbridge::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const specbridge::fuzz::MemoryFile file;
  const std::string_view all = specbridge::fuzz::text_of(data, size);
  const std::string_view json = all.substr(0, all.find('\0'));
  const std::string text(all.substr(std::min(json.size() + 1, all.size())));
  specbridge::fuzz::check_pieces(text);
  file.hold(json);
  constexpr std::size_t kMost = 16;
  try {
    const auto tokenizer = specbridge::Tokenizer::load(file.path());
    for (const std::string_view shown :
         {std::string_view(text), std::string_view("CC(=O)Oc1ccccc1C(=O)O"),
          std::string_view("[nH+]%12[C@@H]"), std::string_view("\xc3\xa9 \xff")}) {
      specbridge::fuzz::require(tokenizer.encode(shown, kMost).size() <= kMost, "ids are cut");
    }
  } catch (const specbridge::ArtifactError&) {
    // a refusal is an answer
  }
  return 0;
}
