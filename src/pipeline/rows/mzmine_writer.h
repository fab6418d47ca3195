#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "pipeline/rows/answer_writer.h"

namespace specbridge {

/// Annotations as MZmine's local compound database search reads them: a line an answer, with the
/// m/z and the retention time of the feature by which MZmine finds its row again. Queries without
/// FEATURE_ID are left out.
class MzmineWriter final : public AnswerWriter {
 public:
  MzmineWriter(const HitsLayout& layout, const std::string& ranked_by, OutputTable& table);
  void add(const AnsweredQuery& query) override;
  void finish(std::span<const SpectraFileCount>) override {}
  /// Queries with answers, but without FEATURE_ID; counted while it writes.
  std::shared_ptr<std::size_t> left_out() const { return left_out_; }

 private:
  std::string line_of(const std::string& feature, const RowCells& row) const;

  ColumnPlaces columns_;
  std::string ranked_by_;
  std::shared_ptr<std::size_t> left_out_ = std::make_shared<std::size_t>(0);
  OutputTable& table_;
};

}  // namespace specbridge
