#pragma once

#include <string>

#include "base/json.h"
#include "store/file.h"

namespace specbridge::test {

/// The text of a manifest that states its own checksum rightly, whatever else is wrong with it.
inline std::string sealed(Json manifest) {
  manifest["manifest_sha256"] = std::string(64, '0');
  manifest["manifest_sha256"] = sha256(manifest.dump());
  return manifest.dump();
}

}  // namespace specbridge::test
