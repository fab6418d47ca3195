#include "pipeline/explain/record_beside.h"

#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace fs = std::filesystem;

Json record_beside(const fs::path& hits) {
  fs::path record = hits;
  record += ".run.json";
  std::error_code ignored;
  if (!fs::is_regular_file(record, ignored)) return {};
  try {
    return parse_json(read_file(record), record.string());
  } catch (const InputError&) {
    return {};
  }
}

}  // namespace specbridge
