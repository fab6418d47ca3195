#include "specbridge/export.h"

#include <fmt/format.h>

#include "base/database_address.h"
#include "base/json.h"
#include "base/text.h"
#include "library/library.h"
#include "library/postgres/catalogue_writer.h"
#include "specbridge/error.h"
#include "store/manifest.h"

namespace specbridge {

ExportReport run_export(const ExportConfig& config, const RunContext& context) {
  if (!is_database_address(config.to)) {
    throw UsageError(
        fmt::format("export: --to {}: expected postgres://USER@HOST/DATABASE or \"host=HOST "
                    "dbname=DATABASE\"",
                    one_line(config.to, 80)));
  }
  if (config.part_rows == 0) throw UsageError("export: --part-rows: expected 1 or more");
  const DatabaseAddress address = parse_database_address(config.to);
  const Library library = Library::open(config.library);
  const Manifest manifest = Manifest::open(config.library, "library");
  const CatalogueCounts counts = write_catalogue(
      library, address,
      {config.part_rows, config.existing, manifest.text("molecule_encoder_architecture")}, context);
  return {counts.rows, counts.parts, counts.written, counts.kept, counts.bytes};
}

std::string to_json(const ExportReport& report) {
  return pretty({{"molecules", report.rows},
                 {"parts", report.parts},
                 {"written", report.written},
                 {"kept", report.kept},
                 {"bytes", report.bytes}});
}

}  // namespace specbridge
