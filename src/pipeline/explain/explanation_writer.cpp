#include "pipeline/explain/explanation_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/characters.h"
#include "pipeline/explain/explanation_tables.h"
#include "pipeline/explain/spectrum_drawing.h"

namespace specbridge {
namespace {

std::string drawing_name(const ExplainedAnswer& answer) {
  return fmt::format("q{}_r{}.svg", answer.query.index, answer.listed.rank.value_or(0));
}

}  // namespace

bool is_drawing_name(std::string_view name) {
  if (!name.starts_with('q') || !name.ends_with(".svg")) return false;
  name = name.substr(1, name.size() - 5);
  const auto middle = name.find("_r");
  if (middle == std::string_view::npos) return false;
  const auto is_number = [](std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
  };
  return is_number(name.substr(0, middle)) && is_number(name.substr(middle + 2));
}

ExplanationWriter::ExplanationWriter(std::filesystem::path folder, std::size_t most_drawings)
    : folder_(std::move(folder)),
      most_drawings_(most_drawings),
      table_(folder_ / kPeaksFile, Existing::refuse),
      json_(folder_ / kExplainedFile, Existing::refuse) {
  table_.write(peaks_header());
  json_.write("{\n  \"answers\": [");
}

void ExplanationWriter::write(const ExplainedAnswer& answer) {
  count(answer);
  table_.write(peak_rows(answer));
  json_.write(std::exchange(empty_, false) ? "\n    " : ",\n    ");
  json_.write(compact(json_of(answer, draw(answer))));
}

void ExplanationWriter::finish(const Json& facts) {
  constexpr std::size_t kBracket = 2;  // "{", line feed: it is open already
  json_.write((empty_ ? "],\n" : "\n  ],\n") + pretty(facts).substr(kBracket));
  json_.commit();
  table_.commit();
}

void ExplanationWriter::count(const ExplainedAnswer& answer) {
  report_.explained += answer.state == AnswerState::explained ? 1 : 0;
  report_.not_taken_apart += answer.state == AnswerState::not_taken_apart ? 1 : 0;
  report_.without_answer += answer.state == AnswerState::no_answer ? 1 : 0;
}

/// The name of the drawing; empty when there is none.
std::string ExplanationWriter::draw(const ExplainedAnswer& answer) {
  if (answer.state != AnswerState::explained) return {};
  if (report_.drawings == most_drawings_) {
    ++report_.drawings_left_out;
    return {};
  }
  ++report_.drawings;
  const auto name = drawing_name(answer);
  write_file(folder_ / name, draw_explanation(answer));
  return name;
}

}  // namespace specbridge
