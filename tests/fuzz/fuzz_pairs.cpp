// Tables of pairs of SMILES under hostile bytes: every row is a pair or says why it is none.

#include "fuzz/memory_file.h"
#include "mces/pair_reader.h"
#include "specbridge/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using specbridge::fuzz::require;
  static const specbridge::fuzz::MemoryFile file;
  file.hold(specbridge::fuzz::text_of(data, size));
  constexpr std::size_t kMost = 7;
  try {
    specbridge::PairReader reader(file.path());
    for (auto rows = reader.next(kMost); !rows.empty(); rows = reader.next(kMost)) {
      require(rows.size() <= kMost, "no more rows come than were asked for");
      for (const auto& row : rows) {
        require(row.problem.find('\n') == std::string::npos, "a problem is one line");
      }
    }
  } catch (const specbridge::InputError&) {
    // a refusal is an answer
  }
  return 0;
}
