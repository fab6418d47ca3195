#include "pipeline/rows/answer_writer.h"

#include <stdexcept>

#include "pipeline/rows/json_lines_writer.h"
#include "pipeline/rows/mztab_writer.h"
#include "pipeline/rows/separated_writers.h"

namespace specbridge {

std::unique_ptr<AnswerWriter> make_answer_writer(HitsFormat format, const HitsLayout& layout,
                                                 const SearchFacts& facts, OutputTable& table) {
  switch (format) {
    case HitsFormat::tsv:
      return std::make_unique<TabWriter>(layout, table);
    case HitsFormat::csv:
      return std::make_unique<CommaWriter>(layout, table);
    case HitsFormat::jsonl:
      return std::make_unique<JsonLinesWriter>(layout, table);
    case HitsFormat::mztab_m:
      return std::make_unique<MztabWriter>(layout, facts, table);
  }
  throw std::logic_error("a format without a writer");
}

}  // namespace specbridge
