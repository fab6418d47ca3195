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

/// @param end "", or kMirrorEnd
std::string drawing_name(const ExplainedAnswer& answer, std::string_view end) {
  return fmt::format("q{}_r{}{}.svg", answer.query.index, answer.listed.rank.value_or(0), end);
}

constexpr std::string_view kMirrorEnd = "_library";

}  // namespace

bool is_drawing_name(std::string_view name) {
  if (!name.starts_with('q') || !name.ends_with(".svg")) return false;
  name = name.substr(1, name.size() - 5);
  if (name.ends_with(kMirrorEnd)) name.remove_suffix(kMirrorEnd.size());
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

void ExplanationWriter::write(const ExplainedAnswer& answer,
                              const std::function<std::string()>& mirror) {
  count(answer);
  table_.write(peak_rows(answer));
  json_.write(std::exchange(empty_, false) ? "\n    " : ",\n    ");
  AnswerDrawings drawings;
  if (answer.state == AnswerState::explained) {
    drawings.explanation = draw(drawing_name(answer, ""), [&] { return draw_explanation(answer); });
  }
  if (mirror) drawings.mirror = draw(drawing_name(answer, kMirrorEnd), mirror);
  json_.write(compact(json_of(answer, drawings)));
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

/// Makes and writes a drawing; its name, empty where there were enough.
std::string ExplanationWriter::draw(const std::string& name,
                                    const std::function<std::string()>& drawing) {
  if (report_.drawings == most_drawings_) {
    ++report_.drawings_left_out;
    return {};
  }
  ++report_.drawings;
  write_file(folder_ / name, drawing());
  return name;
}

}  // namespace specbridge
