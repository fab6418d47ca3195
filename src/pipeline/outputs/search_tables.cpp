#include "pipeline/outputs/search_tables.h"

#include "pipeline/outputs/search_outputs.h"

namespace specbridge {

SearchTables::SearchTables(const SearchConfig& config, const RunContext& context)
    : format_(format_of_hits(config)), hits_(config.out, config.existing, context) {
  if (config.mzmine) mzmine_.emplace(*config.mzmine, config.existing, context);
}

std::vector<std::unique_ptr<AnswerWriter>> SearchTables::writers(const HitsLayout& layout,
                                                                 const SearchFacts& facts) {
  std::vector<std::unique_ptr<AnswerWriter>> writers;
  writers.push_back(make_answer_writer(format_, layout, facts, hits_));
  if (mzmine_) {
    auto writer = std::make_unique<MzmineWriter>(layout, facts.ranked_by, *mzmine_);
    without_feature_ = writer->left_out();
    writers.push_back(std::move(writer));
  }
  return writers;
}

std::size_t SearchTables::printed() const noexcept {
  const bool has_header = format_ == HitsFormat::tsv || format_ == HitsFormat::csv;
  return hits_.printed() - (has_header && hits_.printed() > 0 ? 1 : 0);
}

void SearchTables::seal() {
  hits_.seal();
  if (mzmine_) mzmine_->seal();
}

void SearchTables::finish() {
  if (mzmine_) mzmine_->finish();
  hits_.finish();
}

}  // namespace specbridge
