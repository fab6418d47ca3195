#pragma once

#include <cstddef>
#include <string>

#include "specbridge/context.h"
#include "specbridge/index.h"
#include "specbridge/row_type.h"

namespace specbridge {

/// What a build would come to, worked out from the first rows of the lists.
struct IndexForecast {
  std::size_t sampled_rows = 0;  ///< that were standardised and encoded
  std::size_t sampled_molecules = 0;
  double rows = 0;       ///< of the lists, estimated by the share of bytes that was read
  double molecules = 0;  ///< that the library will have, if duplicates are as rare as in the sample
  double seconds = 0;    ///< of standardising and encoding, with the threads of this run
  double disk_bytes = 0;  ///< of the library, the FAISS index with it
  double work_bytes = 0;  ///< on disk while it is built, beside the library
  double memory_bytes = 0;
  RowType row_type = RowType::f32;  ///< how vectors will be kept
};
std::string to_json(const IndexForecast& forecast);

/// Reads and encodes a sample; writes nothing. @throws as run_index()
IndexForecast forecast_index(const IndexConfig& config, const RunContext& context);

}  // namespace specbridge
