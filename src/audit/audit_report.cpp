#include "audit/audit_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/metrics_json.h"
#include "report/table_cells.h"
#include "specbridge/context.h"
#include "specbridge/version.h"

namespace specbridge {
namespace {

constexpr int kAuditSchema = 1;
constexpr std::size_t kMostExamples = 5;
constexpr std::size_t kShownRules = 5;

std::string rank_text(const QueryResult& result) {
  return result.rank ? std::to_string(*result.rank) : std::string(result.status.word());
}

std::optional<double> first_recall(const Metrics& metrics) {
  const auto found = metrics.recall.find(1);
  return found == metrics.recall.end() ? std::nullopt : found->second;
}

/// Whether a run that saw nothing is better than a random order of the pools.
bool beats_chance(const AuditRun& run, const Metrics& random) {
  const auto interval = run.intervals.recall.find(1);
  return run.sight == SpectrumUse::nothing && interval != run.intervals.recall.end() &&
         interval->second.percent999.low > first_recall(random).value_or(1);
}

/// The run without spectrum that has the highest Recall@1.
const AuditRun* best_blind(const AuditReport& report) {
  const AuditRun* best = nullptr;
  for (const auto& run : report.runs) {
    if (run.sight != SpectrumUse::nothing || !first_recall(run.metrics)) continue;
    if (best == nullptr || *first_recall(run.metrics) > *first_recall(best->metrics)) best = &run;
  }
  return best;
}

std::string_view word_of(RuleVerdict verdict) {
  switch (verdict) {
    case RuleVerdict::leak:
      return "leak";
    case RuleVerdict::prior:
      return "prior";
    case RuleVerdict::nothing:
      return "nothing";
  }
  return {};
}

std::string_view word_of(SpectrumUse sight) {
  switch (sight) {
    case SpectrumUse::whole:
      return "whole";
    case SpectrumUse::part:
      return "part";
    case SpectrumUse::nothing:
      return "nothing";
  }
  return {};
}

std::string rule_sentence(const RuleResult& result, std::size_t truths) {
  const std::string counts = fmt::format(
      "\"{}\" puts {:.1f} of {} first (by chance {:.1f}; on the standardised spelling "
      "{:.1f})",
      result.rule, result.first, counted(truths, "truth"), result.by_chance, result.standardised);
  return verdict_of(result) == RuleVerdict::leak
             ? "leak: " + counts + ": the text of the pools gives truths away"
             : "prior: " + counts + ": chemistry, not spelling";
}

void add_check(const SpellingCheck& check, std::string_view what,
               std::vector<std::string>& sentences) {
  if (check.changed == 0) return;
  const RankChange& first = check.examples.front();
  sentences.push_back(
      fmt::format("leak: {} changes the rank of {} of {} (\"{}\": {} became {}); the "
                  "program listens to "
                  "what it must not hear",
                  what, with_thousands(check.changed), counted(check.compared, "query", "queries"),
                  first.query_id, first.before, first.after));
}

Json json_of(const SpellingCheck& check) {
  Json examples = Json::array();
  for (const auto& [id, before, after] : check.examples) {
    examples.push_back({{"query_id", id}, {"before", before}, {"after", after}});
  }
  return {{"compared", check.compared}, {"changed", check.changed}, {"examples", examples}};
}

Json json_of(const RuleResult& result) {
  return {{"rule", result.rule},
          {"truths_first", result.first},
          {"by_chance", result.by_chance},
          {"truths_first_standardised", result.standardised},
          {"by_chance_standardised", result.by_chance_standardised},
          {"p_chance", result.p_chance},
          {"p_standardised_chance", result.p_standardised_chance},
          {"p_excess", result.p_excess},
          {"verdict", word_of(verdict_of(result))}};
}

Json json_of(const AuditRun& run) {
  Json json = json_of(run.metrics);
  json["name"] = run.name;
  json["meaning"] = run.meaning;
  json["sees"] = word_of(run.sight);
  if (!run.told.empty()) json["decoder_is_told"] = run.told;
  json["intervals"] = json_of(run.intervals);
  return json;
}

template <typename T>
Json list_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const auto& value : values) list.push_back(json_of(value));
  return list;
}

std::string run_rows(const AuditReport& report) {
  Rows rows = {{"run"}};
  if (report.runs.empty()) return {};
  for (const auto& [cutoff, recall] : report.random.recall) {
    rows[0].push_back(fmt::format("Recall@{}", cutoff));
    rows[0].push_back("95 %");
  }
  rows[0].push_back("MRR");
  for (const auto& run : report.runs) {
    auto& row = rows.emplace_back(1, run.name);
    for (const auto& [cutoff, recall] : run.metrics.recall) {
      const auto interval = run.intervals.recall.find(cutoff);
      row.push_back(percent(recall));
      row.push_back(
          percent_interval(interval == run.intervals.recall.end() ? nullptr : &interval->second));
    }
    row.push_back(fmt::format("{:.3f}", run.metrics.mrr));
  }
  auto& random = rows.emplace_back(1, "random order, exact");
  for (const auto& [cutoff, recall] : report.random.recall) {
    random.push_back(percent(recall));
    random.emplace_back();
  }
  random.push_back(fmt::format("{:.3f}", report.random.mrr));
  return aligned(rows);
}

/// What a decoder is told in each run that asks it.
std::string told_rows(const AuditReport& report) {
  if (!report.untold_run) return {};
  std::string text = "what the decoder is told:\n";
  for (const auto& run : report.runs) {
    if (run.told.empty()) continue;
    text += "  " + wrapped(fmt::format("{}: {}", run.name, run.told), kTableColumns - 2, 4) + "\n";
  }
  return text + "\n";
}

/// The rules that put most truths first for the chance they have.
std::string rule_rows(const AuditReport& report) {
  std::vector<const RuleResult*> order;
  for (const auto& rule : report.rules) order.push_back(&rule);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return a->p_chance != b->p_chance ? a->p_chance < b->p_chance : a->first > b->first;
  });
  order.resize(std::min(order.size(), kShownRules));
  Rows rows = {{"rule on the text", "truths first", "by chance", "standardised", "verdict"}};
  for (const auto* rule : order) {
    rows.push_back(
        {rule->rule, fmt::format("{:.1f}", rule->first), fmt::format("{:.1f}", rule->by_chance),
         fmt::format("{:.1f}", rule->standardised), std::string(word_of(verdict_of(*rule)))});
  }
  return aligned(rows);
}

}  // namespace

std::string_view to_string(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::clean:
      return "clean";
    case AuditVerdict::prior:
      return "prior";
    case AuditVerdict::leak:
      return "leak";
  }
  return {};
}

SpellingCheck compare_ranks(std::span<const QueryResult> before,
                            std::span<const QueryResult> after) {
  SpellingCheck check;
  for (std::size_t i = 0; i < before.size(); ++i) {
    ++check.compared;
    if (before[i].rank == after[i].rank && before[i].status == after[i].status) continue;
    ++check.changed;
    if (check.examples.size() < kMostExamples) {
      check.examples.push_back({before[i].name.id, rank_text(before[i]), rank_text(after[i])});
    }
  }
  return check;
}

AuditVerdict verdict_of(const AuditReport& report) {
  const auto any_rule = [&](RuleVerdict wanted) {
    return std::ranges::any_of(report.rules,
                               [&](const auto& rule) { return verdict_of(rule) == wanted; });
  };
  const bool listens = report.respelled.changed + report.shuffled.changed > 0;
  if (listens || any_rule(RuleVerdict::leak)) return AuditVerdict::leak;
  const bool guesses = std::ranges::any_of(
      report.runs, [&](const auto& run) { return beats_chance(run, report.random); });
  return guesses || any_rule(RuleVerdict::prior) ? AuditVerdict::prior : AuditVerdict::clean;
}

std::vector<std::string> findings_of(const AuditReport& report) {
  std::vector<std::string> sentences;
  for (const RuleVerdict wanted : {RuleVerdict::leak, RuleVerdict::prior}) {
    for (const auto& rule : report.rules) {
      if (verdict_of(rule) == wanted) sentences.push_back(rule_sentence(rule, report.truths));
    }
    if (wanted != RuleVerdict::leak) continue;
    add_check(report.respelled, "writing the candidates in another way", sentences);
    add_check(report.shuffled, "shuffling the candidates", sentences);
  }
  for (const auto& run : report.runs) {
    if (!beats_chance(run, report.random)) continue;
    sentences.push_back(fmt::format(
        "prior: \"{}\" reaches Recall@1 {} without the spectrum, a random order {}", run.name,
        percent(first_recall(run.metrics)), percent(first_recall(report.random))));
  }
  return sentences;
}

std::optional<double> share_of_spectrum(const AuditReport& report) {
  if (report.runs.empty()) return std::nullopt;
  const double real = first_recall(report.runs.front().metrics).value_or(0);
  if (real <= 0) return std::nullopt;
  const AuditRun* blind = best_blind(report);
  const double without = std::max(blind == nullptr ? 0 : *first_recall(blind->metrics),
                                  first_recall(report.random).value_or(0));
  return std::max(0.0, (real - without) / real);
}

std::string share_sentence(const AuditReport& report) {
  const auto share = share_of_spectrum(report);
  if (!share) return "No truth is first, so there is no Recall@1 to divide.";
  const AuditRun* blind = best_blind(report);
  const double random = first_recall(report.random).value_or(0);
  const bool chance = blind == nullptr || *first_recall(blind->metrics) <= random;
  return fmt::format(
      "Of the Recall@1 of {}, {} could be had without the spectrum (by {}): {:.0f} % of it remains "
      "for the spectrum.",
      percent(first_recall(report.runs.front().metrics)),
      percent(chance ? random : first_recall(blind->metrics)),
      chance ? std::string("a random order") : "\"" + blind->name + "\"", 100 * *share);
}

std::optional<double> share_of_telling(const AuditReport& report) {
  if (!report.untold_run) return std::nullopt;
  const double told = first_recall(report.runs.front().metrics).value_or(0);
  if (told <= 0) return std::nullopt;
  const double untold = first_recall(report.runs[*report.untold_run].metrics).value_or(0);
  return std::max(0.0, (told - untold) / told);
}

std::string telling_sentence(const AuditReport& report) {
  if (!report.untold_run) return {};
  const auto share = share_of_telling(report);
  if (!share) return "No truth is first, so nothing tells whether the decoder copies candidates.";
  return fmt::format(
      "Of the Recall@1 of {}, {} is left where the decoder is not told the truth among the "
      "candidates: {:.0f} % of it hangs on being told.",
      percent(first_recall(report.runs.front().metrics)),
      percent(first_recall(report.runs[*report.untold_run].metrics)), 100 * *share);
}

std::string to_json(const AuditReport& report) {
  const auto share = share_of_spectrum(report);
  Json json = {{"schema_version", kAuditSchema},
               {"program", fmt::format("specbridge {}", program_version())},
               {"ranked_by", report.ranked_by},
               {"verdict", to_string(verdict_of(report))},
               {"findings", findings_of(report)},
               {"share_of_spectrum", number_or_null(share)},
               {"share_sentence", share_sentence(report)},
               {"queries", report.queries},
               {"evaluated", report.evaluated},
               {"missed", report.missed},
               {"truths", report.truths},
               {"level", kLeakLevel},
               {"rules", list_of(report.rules)},
               {"respelled", json_of(report.respelled)},
               {"shuffled", json_of(report.shuffled)},
               {"runs", list_of(report.runs)},
               {"random", json_of(report.random)},
               {"bootstrap",
                {{"resampled", "molecules"},
                 {"resamples", report.bootstrap.resamples},
                 {"seed", report.bootstrap.seed}}},
               {"inputs", json_of(report.inputs)},
               {"notes", report.notes}};
  if (report.untold_run) {
    json["share_of_telling"] = number_or_null(share_of_telling(report));
    json["telling_sentence"] = telling_sentence(report);
  }
  return pretty(json);
}

std::string to_table(const AuditReport& report) {
  std::string text = run_rows(report) + "\n" + told_rows(report) + rule_rows(report) + "\n";
  text += count_rows(report.queries, report.evaluated, report.missed) + "\n";
  text += sentence(fmt::format(
      "{} tried on the pools of {}; ranks changed by other spellings: {}, by another order: {}",
      counted(report.rules.size(), "rule"), counted(report.truths, "distinct truth"),
      with_thousands(report.respelled.changed), with_thousands(report.shuffled.changed)));
  for (const auto& note : report.notes) text += sentence("note: " + note);
  text += fmt::format("\nverdict: {}\n", to_string(verdict_of(report)));
  for (const auto& finding : findings_of(report)) {
    text += "  " + wrapped(finding, kTableColumns - 2, 4) + "\n";
  }
  text += sentence(share_sentence(report));
  return report.untold_run ? text + sentence(telling_sentence(report)) : text;
}

}  // namespace specbridge
