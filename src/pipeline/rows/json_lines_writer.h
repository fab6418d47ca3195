#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/rows/answer_writer.h"

namespace specbridge {

/// JSON lines: an object a query, with what its rows have in common and the list of its answers.
class JsonLinesWriter final : public AnswerWriter {
 public:
  JsonLinesWriter(const HitsLayout& layout, OutputTable& table);
  void add(const AnsweredQuery& query) override;
  void finish(std::span<const SpectraFileCount>) override {}

 private:
  /// The members of an object, without its braces. @param of whose columns besides those of both
  std::string members(const std::vector<std::string_view>& cells, CellOf of) const;

  std::vector<TableColumn> columns_;
  OutputTable& table_;
};

}  // namespace specbridge
