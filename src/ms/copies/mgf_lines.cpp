#include "ms/copies/mgf_lines.h"

#include "ms/formats/fields.h"
#include "ms/formats/peak_text.h"

namespace specbridge {

MgfLine mgf_line(std::string_view line) {
  if (line.empty()) return MgfLine::blank;
  if (starts_with_number(line)) return MgfLine::peak;
  if (line.find_first_of("#;!/") == 0) return MgfLine::blank;
  if (line.find('=') != std::string_view::npos) return MgfLine::field;
  const std::string word = normalised_key(line.substr(0, 40));
  if (word == "BEGINIONS") return MgfLine::begin;
  return word == "ENDIONS" ? MgfLine::end : MgfLine::other;
}

bool names_a_record(std::string_view key) {
  return key == "SPECTRUMID" || key == "FEATUREID" || key == "SCANS" || key == "TITLE" ||
         key == "IDENTIFIER";
}

}  // namespace specbridge
