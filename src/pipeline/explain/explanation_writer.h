#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "pipeline/explain/explained_answer.h"
#include "specbridge/explain.h"
#include "store/staging.h"

namespace specbridge {

inline constexpr const char* kPeaksFile = "peaks.tsv";
inline constexpr const char* kExplainedFile = "explained.json";
/// Whether a file is called as the drawings of an answer: "q7_r1.svg", "q7_r1_library.svg".
bool is_drawing_name(std::string_view name);

/// Writes explained answers into a folder, one behind the other as they come: their rows, their
/// entries and their drawings. Memory does not grow with their number.
class ExplanationWriter {
 public:
  /// @param most_drawings of further answers there is none
  /// @throws OutputError, as the others do
  ExplanationWriter(std::filesystem::path folder, std::size_t most_drawings);

  /// @param mirror makes the drawing beside a library spectrum; empty: there is none
  void write(const ExplainedAnswer& answer, const std::function<std::string()>& mirror);
  /// What was written so far, counted.
  const ExplainReport& report() const noexcept { return report_; }
  /// @param facts of the run; their keys stand behind "answers" in the order of the alphabet
  void finish(const Json& facts);

 private:
  void count(const ExplainedAnswer& answer);
  std::string draw(const std::string& name, const std::function<std::string()>& drawing);

  std::filesystem::path folder_;
  std::size_t most_drawings_;
  StagedFile table_, json_;
  ExplainReport report_;
  bool empty_ = true;
};

}  // namespace specbridge
