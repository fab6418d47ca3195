// Tables of hits of any program under hostile bytes: rows come in order, and as rows of ours they
// stay one line.

#include <algorithm>

#include "fuzz/memory_file.h"
#include "ranking/hits_reader.h"
#include "specbridge/error.h"

namespace {

using specbridge::fuzz::require;

void judge(const specbridge::Hit& hit) {
  const std::string line = specbridge::to_line(hit);
  require(std::count(line.begin(), line.end(), '\n') == 1 && line.back() == '\n',
          "a row of ours is one line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const specbridge::fuzz::MemoryFile file;
  file.hold(specbridge::fuzz::text_of(data, size));
  try {
    specbridge::HitsReader reader(file.path());
    for (std::size_t line = 0; const auto hit = reader.next(); line = reader.line()) {
      judge(*hit);
      require(reader.line() >= line, "lines go up");  // JSON lines hold several rows each
    }
  } catch (const specbridge::InputError&) {
    // a refusal is an answer
  }
  return 0;
}
