// Candidate pools, JSON or a table, under hostile bytes: all that they say is in bounds.

#include <set>
#include <string_view>
#include <variant>

#include "fuzz/memory_file.h"
#include "pools/raw_pools.h"
#include "specbridge/error.h"

namespace {

using specbridge::fuzz::require;

void judge(const specbridge::RawPools& raw) {
  const std::set<std::string_view> distinct(raw.texts.begin(), raw.texts.end());
  require(distinct.size() == raw.texts.size(), "every text is held once");
  for (const auto& pool : raw.pools) {
    for (const auto text : pool.candidates) {
      require(text < raw.texts.size(), "a candidate has a text");
    }
    if (const auto* truth = std::get_if<specbridge::TruthText>(&pool.key)) {
      require(truth->text < raw.texts.size(), "a truth has a text");
    }
    require(pool.key.index() == raw.pools.front().key.index(), "all keys are of one kind");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const specbridge::fuzz::MemoryFile file;
  file.hold(specbridge::fuzz::text_of(data, size));
  try {
    judge(specbridge::read_raw_pools(file.path()));
  } catch (const specbridge::InputError&) {
    // a refusal is an answer
  }
  return 0;
}
