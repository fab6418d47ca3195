#include "search_summary.h"

#include <fmt/format.h>

#include "base/text.h"
#include "common_options.h"

namespace specbridge::tool {

std::string search_summary(const SearchReport& report, const SearchConfig& config) {
  std::string text = fmt::format("{}, {} answered", counted(report.queries, "spectrum", "spectra"),
                                 with_thousands(report.answered));
  if (!report.unanswered.empty()) text += fmt::format("; not: {}", counts_text(report.unanswered));
  if (report.merged > 0) {
    text +=
        fmt::format("; {} answered with others of their features", with_thousands(report.merged));
  }
  if (report.left_out > 0) {
    text += fmt::format("; of {} the answers are left out as not certain enough",
                        with_thousands(report.left_out));
  }
  if (report.writing) {
    text += fmt::format("; the decoder wrote {}, {} of them no molecules",
                        counted(report.writing->texts, "text"),
                        with_thousands(report.writing->invalid));
  }
  if (report.answered_by_writing > 0) {
    text += fmt::format("; {} answered by molecules that the library does not have",
                        with_thousands(report.answered_by_writing));
  }
  if (report.without_feature > 0) {
    text += fmt::format("; {} without FEATURE_ID left out of {}",
                        with_thousands(report.without_feature), config.mzmine->string());
  }
  if (report.ms1_scans > 0) {
    text += fmt::format("; {} passed over", counted(report.ms1_scans, "MS1 scan"));
  }
  if (report.charge_conflicts > 0) {
    text += fmt::format(
        "; {} whose adduct, charge and ion mode disagree (believed in this order: adduct, ion "
        "mode)",
        with_thousands(report.charge_conflicts));
  }
  if (!report.assumed_adducts.empty()) {
    text += fmt::format("; adducts assumed: {}", counts_text(report.assumed_adducts));
  }
  if (report.damaged_files > 0) {
    text += fmt::format("; {} of {} files could not be read to their end",
                        with_thousands(report.damaged_files), with_thousands(report.files.size()));
  }
  return text;
}

}  // namespace specbridge::tool
