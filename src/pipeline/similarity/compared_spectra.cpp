#include "pipeline/similarity/compared_spectra.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/matrix.h"
#include "base/parallel.h"
#include "ms/input_files.h"
#include "pipeline/vectors/embedded_spectra.h"
#include "search/query_stream.h"
#include "specbridge/error.h"
#include "specbridge/ion_of_spectrum.h"
#include "specbridge/query.h"

namespace specbridge {
namespace {

bool needs_precursors(const SimilarityConfig& config, const std::vector<PairScore>& scores) {
  return config.mode == PairMode::identity ||
         std::ranges::any_of(scores, [](const PairScore& score) {
           return score.rule && needs_precursor(score.rule->kind);
         });
}

ComparedSpectrum compared_of(const Query& query) {
  ComparedSpectrum record{query.name.id, query.spectrum.origin.file, query.name.index};
  record.precursor_mz = query.spectrum.precursor_mz.value_or(0);
  record.polarity = polarity_of(query.spectrum, query.ion);
  record.kind = query.spectrum.kind;
  record.peaks = query.spectrum.peaks.size();
  record.refusal = query.refusal;
  return record;
}

/// Gives records without a refusal the vectors of their spectra, where all parts have a direction.
void embed(const std::vector<Query>& queries, const Bridge& model,
           std::span<ComparedSpectrum> records) {
  std::vector<PeakRows> shown;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (!records[i].refusal) shown.push_back(model.clean(queries[i].spectrum));
  }
  const Matrix vectors = model.embed_apart(shown);
  std::size_t row = 0;
  for (ComparedSpectrum& record : records) {
    if (record.refusal) continue;
    const auto vector = vectors.row(row++);
    record.vector.assign(vector.begin(), vector.end());
  }
}

std::vector<std::size_t> by_precursor(const std::vector<ComparedSpectrum>& records) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!records[i].refusal) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return records[i].precursor_mz; });
  return order;
}

}  // namespace

SpectrumComparer::SpectrumComparer(const SimilarityConfig& config, std::vector<PairScore> scores,
                                   const RunContext& context)
    : config_(config), scores_(std::move(scores)), context_(context) {
  if (has_vectors(scores_)) {
    model_ = std::make_unique<Bridge>(Bridge::load(config.model, context));
    const auto warning = warning_about(model_->training_data(), config.model.string());
    if (!warning.empty()) context.warning(warning);
  }
}

std::optional<Refusal> SpectrumComparer::refusal(const Spectrum& spectrum) const {
  if (!spectrum.problem.empty()) return Refusal{Status::bad_record, spectrum.problem};
  if (spectrum.ms_level != 2 && spectrum.kind == SpectrumKind::tandem) {
    return Refusal{Status::not_ms2, fmt::format("the record is of MS level {}; expected level 2",
                                                spectrum.ms_level)};
  }
  const bool has_precursor = spectrum.precursor_mz && *spectrum.precursor_mz > 0;
  if (!has_precursor && needs_precursors(config_, scores_)) {
    return Refusal{Status::no_precursor, "the record states no precursor m/z"};
  }
  return model_ ? model_->refusal(spectrum) : std::nullopt;
}

void SpectrumComparer::prepare(const Spectrum& spectrum, ComparedSpectrum& record) const {
  for (const PairScore& score : scores_) {
    auto& ready = record.prepared.emplace_back();
    if (!score.rule) continue;
    const auto peaks = cleaned(spectrum.peaks, spectrum.precursor_mz, score.rule->cleaning);
    ready = prepared(peaks, spectrum.precursor_mz, *score.rule);
    if (!peaks.empty()) continue;
    record.refusal = {Status::no_peaks, fmt::format("no peak is left for the score {} once the "
                                                    "record is cleaned",
                                                    score.name)};
  }
  if (record.refusal) record.prepared.clear();
}

ComparedSpectra SpectrumComparer::read(const std::filesystem::path& input) const {
  const auto files = files_of({{input}, config_.format}, context_);
  QueryStream stream(files, config_.format,
                     {{}, [&](const Spectrum& spectrum) { return refusal(spectrum); }});
  stream.may_break(files_in_folders(files, {input}));
  ComparedSpectra all;
  for_each_chunk(stream, Structures::skip, context_, [&](const std::vector<Query>& queries) {
    const std::size_t before = all.records.size();
    std::ranges::transform(queries, std::back_inserter(all.records), compared_of);
    const auto added = std::span(all.records).subspan(before);
    parallel_for(queries.size(), context_.threads, [&](std::size_t i) {
      if (!added[i].refusal) prepare(queries[i].spectrum, added[i]);
    });
    if (model_) embed(queries, *model_, added);
    context_.progress("reading spectra", all.records.size(), 0);
  });
  if (all.records.empty()) throw nothing_read(stream, input);
  all.by_precursor = by_precursor(all.records);
  all.files = stream.files();
  all.ms1_scans = stream.ms1_scans();
  all.damaged_files = warn_of_broken(all.files, context_);
  return all;
}

Similarity SpectrumComparer::compare(std::size_t score, const ComparedSpectrum& query,
                                     const ComparedSpectrum& reference) const {
  const auto& rule = scores_[score].rule;
  if (!rule) return {static_cast<double>(dot(query.vector, reference.vector)), 0};
  return similarity(query.prepared[score], reference.prepared[score], *rule);
}

}  // namespace specbridge
