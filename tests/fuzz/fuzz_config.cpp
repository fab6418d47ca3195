// Configurations of training under hostile bytes: what is taken can be used, and says the same when
// it is written and read again.

#include "fuzz/memory_file.h"
#include "specbridge/error.h"
#include "specbridge/train_settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const specbridge::fuzz::MemoryFile file;
  file.hold(specbridge::fuzz::text_of(data, size));
  try {
    const auto settings = specbridge::read_train_settings(file.path());
    specbridge::check_settings(settings, "a file");
    const std::string text = specbridge::to_json(settings);
    file.hold(text);
    const auto again = specbridge::read_train_settings(file.path());
    specbridge::fuzz::require(specbridge::to_json(again) == text, "settings are kept");
  } catch (const specbridge::UsageError&) {
    // a refusal is an answer
  }
  return 0;
}
