#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/text_rules.h"
#include "report/report.h"
#include "specbridge/bootstrap_settings.h"

#include "search/controls.h"

namespace specbridge {

/// The same queries once more, seen otherwise.
struct AuditRun {
  std::string name, meaning;
  SpectrumUse sight = SpectrumUse::nothing;
  Metrics metrics;
  MetricIntervals intervals;
  std::string told = {};  ///< what a decoder is told; nothing: none is asked in it
};

/// A query whose rank depends on what it must not depend on.
struct RankChange {
  std::string query_id, before, after;  ///< ranks, or statuses where there is none
};

/// Ranks with pools that say the same in another way.
struct SpellingCheck {
  std::size_t compared = 0, changed = 0;
  std::vector<RankChange> examples;  ///< the first few
};

/// Compares two runs of the same queries.
SpellingCheck compare_ranks(std::span<const QueryResult> before,
                            std::span<const QueryResult> after);

enum class AuditVerdict {
  clean,  ///< nothing without the spectrum beats chance
  prior,  ///< something does, by chemistry alone: worth knowing, no evidence of reading spectra
  leak,   ///< the pools' text gives truths away, or the program listens to it
};

std::string_view to_string(AuditVerdict verdict);

/// What an audit found.
struct AuditReport {
  std::string ranked_by = "cosine";  ///< what is audited
  std::size_t queries = 0, evaluated = 0;
  std::map<std::string, std::size_t> missed;  ///< queries without rank, by status
  std::size_t truths = 0;                     ///< distinct ones whose pools the rules were tried on
  std::vector<RuleResult> rules;
  SpellingCheck respelled, shuffled;
  Metrics random;              ///< expectation of a random order of the same pools
  std::vector<AuditRun> runs;  ///< the run under test first
  /// Which of them keeps the truth from what a decoder is told; nothing: no decoder is audited.
  std::optional<std::size_t> untold_run;
  BootstrapSettings bootstrap;
  std::vector<InputFile> inputs;
  std::vector<std::string> notes;
};

/// Leak: a rule says so, or a rank changed. Prior: a rule says so, or a run that saw nothing has a
/// Recall@1 whose 99.9 % interval lies above that of a random order.
AuditVerdict verdict_of(const AuditReport& report);
/// Sentences behind the verdict; none for a clean one.
std::vector<std::string> findings_of(const AuditReport& report);
/// The share of the Recall@1 that no run without spectrum reaches; nothing without recall.
std::optional<double> share_of_spectrum(const AuditReport& report);
/// That share in words.
std::string share_sentence(const AuditReport& report);

/// The share of the Recall@1 that a decoder reaches only where it is told the truth among the
/// candidates, which it may copy; nothing without a decoder, or without recall.
std::optional<double> share_of_telling(const AuditReport& report);
/// That share in words; empty without a decoder.
std::string telling_sentence(const AuditReport& report);

/// The text of audit.json.
std::string to_json(const AuditReport& report);
/// The same for people.
std::string to_table(const AuditReport& report);

}  // namespace specbridge
