#include "specbridge/remove_molecules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "library/build/library_root.h"
#include "library/layout.h"
#include "library/library.h"
#include "specbridge/error.h"
#include "store/line_reader.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

const DirectoryKind kReducedLibrary = {"library"};

/// The ids of a list, one a line.
std::set<std::string, std::less<>> ids_in(const fs::path& file) {
  LineReader lines(file);
  std::set<std::string, std::less<>> ids;
  while (const auto line = lines.next()) {
    if (const auto id = trim(*line); !id.empty()) ids.emplace(id);
  }
  if (ids.empty()) {
    throw InputError({file.string(), 0}, "holds no id; expected one a line");
  }
  return ids;
}

/// The rows that have one of the ids; which ids were found is noted.
std::vector<std::size_t> rows_with(const Library& library,
                                   const std::set<std::string, std::less<>>& ids,
                                   std::set<std::string, std::less<>>& found,
                                   const RunContext& context) {
  constexpr std::size_t kReportEvery = 1 << 18;
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < library.rows(); ++row) {
    if (row % kReportEvery == 0) {
      context.check_interrupt();
      context.progress("looking for ids", row, library.rows());
    }
    const MoleculeText text = library.text(row);
    if (ids.find(text.id) == ids.end()) continue;
    rows.push_back(row);
    found.emplace(text.id);
  }
  return rows;
}

void warn_of_unknown(const RemoveConfig& config, const std::set<std::string, std::less<>>& ids,
                     const std::set<std::string, std::less<>>& found, const RunContext& context) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> unknown;
  std::ranges::set_difference(ids, found, std::back_inserter(unknown));
  if (unknown.empty()) return;
  const std::size_t count = unknown.size();
  unknown.resize(std::min(kShown, count));
  context.warning(fmt::format("{}: {} no molecule of {} has: {}{}", config.ids.string(),
                              counted(count, "id"), config.library.string(),
                              fmt::join(unknown, ", "), count > kShown ? ", ..." : ""));
}

}  // namespace

RemoveReport run_remove(const RemoveConfig& config, const RunContext& context) {
  claim_directory(config.out, kReducedLibrary, {config.ids, config.library}, config.existing,
                  context);
  const auto ids = ids_in(config.ids);
  const Library library = Library::open(config.library);
  std::set<std::string, std::less<>> found;
  const auto rows = rows_with(library, ids, found, context);
  std::vector<std::size_t> gone;
  std::ranges::set_union(rows, library.removed(), std::back_inserter(gone));
  RemoveReport report{gone.size() - library.removed().size(), library.rows() - gone.size(),
                      ids.size() - found.size()};
  if (report.removed == 0) {
    throw UsageError(fmt::format("{}: {} has no molecule with one of its {}; nothing to remove",
                                 config.ids.string(), config.library.string(),
                                 counted(ids.size(), "id")));
  }
  warn_of_unknown(config, ids, found, context);
  const Manifest manifest = Manifest::open(config.library, "library");
  StagedDirectory staging(config.out, kReducedLibrary, config.existing);
  share_shards(config.library, staging.path());
  share_file(config.library / layout::kRejects, staging.path() / layout::kRejects);
  write_library_root(staging.path(), rules_of(manifest), origin_of(manifest), gone);
  staging.commit();
  return report;
}

std::string to_json(const RemoveReport& report) {
  return pretty(
      {{"removed", report.removed}, {"molecules", report.rows}, {"unknown", report.unknown}});
}

}  // namespace specbridge
