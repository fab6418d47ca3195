#include "manual/versions.h"

#include <fmt/format.h>

#include "base/json.h"
#include "chem/inchi.h"
#include "chem/molecule.h"
#include "index/faiss_index.h"
#include "manual/commit.h"
#include "nn/torch_version.h"
#include "specbridge/ranks.h"
#include "specbridge/version.h"

namespace specbridge::tool {

std::string version_line() {
  return fmt::format("specbridge {} ({})\n", program_version(), chemistry_version());
}

std::string versions_json() {
  Json json = {{"specbridge", program_version()},      {"commit", nullptr},
               {"libtorch", torch_version()},          {"faiss", faiss_version()},
               {"rdkit", chemistry_version()},         {"inchi", inchi_version()},
               {"gloo", trains_in_several_processes()}};
  if (!built_commit().empty()) {
    json["commit"] = built_commit();
    json["modified"] = built_from_modified_files();
  }
  return pretty(json);
}

}  // namespace specbridge::tool
