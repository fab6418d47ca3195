#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pipeline/rows/answer_writer.h"

namespace specbridge {

/// A value as a cell of a table separated by commas: in quotes where RFC 4180 asks for them.
std::string csv_cell(std::string_view value);

/// The table as it is: separated by tabs.
class TabWriter final : public AnswerWriter {
 public:
  TabWriter(const HitsLayout& layout, OutputTable& table);
  void add(const AnsweredQuery& query) override;
  void finish(std::span<const SpectraFileCount>) override {}

 private:
  OutputTable& table_;
};

/// The same columns and values, separated by commas.
class CommaWriter final : public AnswerWriter {
 public:
  CommaWriter(const HitsLayout& layout, OutputTable& table);
  void add(const AnsweredQuery& query) override;
  void finish(std::span<const SpectraFileCount>) override {}

 private:
  OutputTable& table_;
};

}  // namespace specbridge
