#include <fmt/format.h>

#include <memory>

#include "base/database_address.h"
#include "base/text.h"
#include "commands.h"
#include "specbridge/export.h"

namespace specbridge::tool {
namespace {

void run(ExportConfig& config, CommonOptions& common) {
  config.existing = common.existing();
  const ExportReport report = run_export(config, common.context());
  if (common.json) common.console->print(to_json(report));
  std::string text =
      fmt::format("{}: {} in {}, {:.1f} MB with indexes", without_password(config.to),
                  counted(report.rows, "molecule"), counted(report.parts, "part"),
                  static_cast<double>(report.bytes) / 1e6);
  if (report.kept > 0) {
    text += fmt::format("; {} there already, whole", counted(report.kept, "part"));
  }
  common.console->summary(text + "; counts and checksums hold");
}

}  // namespace

void add_export(CLI::App& app, CommonOptions& common, Action& action) {
  auto config = std::make_shared<ExportConfig>();
  CLI::App& command = *app.add_subcommand(
      "export", "Put a library into PostgreSQL, for many to search: library -> database");
  tell(command.add_option("library", config->library, "Library directory made by specbridge index")
           ->required(),
       "DIR");
  tell(command
           .add_option("--to", config->to,
                       "Database to write to: postgres://USER@HOST/DATABASE, or \"host=HOST "
                       "dbname=DATABASE\" as libpq takes it; ?schema=NAME (or schema=NAME) names "
                       "the schema of the tables, without: specbridge")
           ->required(),
       "ADDRESS");
  command
      .add_option("--part-rows", config->part_rows,
                  "Molecules in a part: each is a table for a range of masses, and what is copied "
                  "again where a run was interrupted")
      ->check(CLI::Range(1, 1'000'000'000))
      ->capture_default_str()
      ->type_name("N");
  common.add_force(command);
  common.add_basic(command);
  command.footer(
      "The server needs PostgreSQL 14 or newer with pgvector 0.7.0 or newer; an administrator runs "
      "CREATE EXTENSION vector once in the database. Vectors are rounded to float16. Searches see "
      "the library when it is whole, never before; the one that was there stays until then. The "
      "same command goes on where it was interrupted; of a library that is there already it reads "
      "every row back and compares. Passwords are best left to PGPASSWORD or ~/.pgpass; they are "
      "neither printed nor recorded. Searches are by mass or formula: --open needs the directory.\n"
      "Examples:\n"
      "  specbridge export library/ --to postgres://curator@db.lab/catalogue\n"
      "  specbridge search query.mgf --library postgres://reader@db.lab/catalogue -o hits.tsv");
  command.callback(
      [config, &common, &action] { action = [config, &common] { run(*config, common); }; });
}

}  // namespace specbridge::tool
