#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "ms/formats/readers.h"
#include "ms/formats/record.h"
#include "store/byte_reader.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

struct CodedSynonym {
  std::string_view code, key;
};

// NIST hides properties among the synonyms of a compound.
constexpr std::array<CodedSynonym, 7> kCodedSynonyms = {{
    {"$:00", "SPECTRUMTYPE"},
    {"$:03", "PRECURSORTYPE"},
    {"$:04", "PRECURSORMZ"},
    {"$:05", "COLLISIONENERGY"},
    {"$:06", "INSTRUMENTTYPE"},
    {"$:11", "IONMODE"},
    {"$:28", "INCHIKEY"},
}};

/// "41:5 42:8" of GOLM: the first word is two numbers with a colon between.
bool is_colon_pair(std::string_view text) {
  std::string_view rest = text;
  const auto word = take_token(rest, " \t;,");
  const auto colon = word.find(':');
  return colon != std::string_view::npos && parse_number(word.substr(0, colon)) &&
         parse_number(word.substr(colon + 1));
}

/// Blanks instead of parentheses and of what stands in quotes.
std::string without_annotations(std::string_view line) {
  std::string plain(line);
  bool quoted = false;
  for (char& c : plain) {
    const bool quote = c == '"';
    if (quote || quoted || c == '(' || c == ')') c = ' ';
    if (quote) quoted = !quoted;
  }
  return plain;
}

/// "(41 5) (42,10)" of AMDIS: what stands in parentheses is one peak.
std::string pairs_apart(std::string_view line) {
  std::string apart(line);
  std::replace(apart.begin(), apart.end(), ')', ';');
  std::replace(apart.begin(), apart.end(), ',', ' ');
  return apart;
}

/// Reads records of NIST's text format. They have no end mark: a blank line after the last peak,
/// the next "Name:", or a blank line and then a key among the peaks ends one.
class MspReader final : public SpectrumReader {
 public:
  MspReader(ByteReader bytes, std::string label)
      : lines_(spectra_lines(std::move(bytes))),
        record_(lines_.name(), std::move(label), Silence::is_electron) {}

  SpectrumFormat format() const noexcept override { return SpectrumFormat::msp; }

  bool next(Spectrum& spectrum) override {
    if (!held_ && !find_start()) return false;
    record_.begin(spectrum, held_line_);
    announced_.reset();
    comments_.clear();
    named_ = ended_ = gap_ = false;
    take_line(*std::exchange(held_, std::nullopt), held_line_, held_cut_);
    while (!ended_ && !held_) {
      const auto line = lines_.next();
      if (!line) break;
      take_line(*line, lines_.line(), lines_.cut());
    }
    finish();
    return true;
  }

 private:
  /// The next line that may begin a record.
  bool find_start() {
    while (const auto raw = lines_.next()) {
      const auto line = trim(*raw);
      if (line.empty() || line.front() == '#') continue;
      hold(line, lines_.line(), lines_.cut());
      return true;
    }
    return false;
  }

  void hold(std::string_view line, std::size_t number, bool cut) {
    held_ = std::string(line);
    held_line_ = number;
    held_cut_ = cut;
  }

  bool complete() const {
    const auto wanted = announced_ ? parse_integer(announced_->value) : std::nullopt;
    return wanted && static_cast<long long>(record_.peaks()) >= *wanted;
  }

  void take_line(std::string_view raw, std::size_t number, bool cut) {
    if (cut) {
      record_.problem(number, kLongLineProblem);
      return;
    }
    const bool after_header = announced_.has_value();
    const bool after_gap = std::exchange(gap_, false);
    if (after_header && raw.find_first_of(";\"(") == std::string_view::npos) {
      if (const auto peak = quick_peak(raw)) {
        record_.add(*peak, number);
        return;
      }
    }
    const auto line = trim(raw);
    if (line.starts_with('#')) {  // a comment
      gap_ = after_gap;
    } else if (line.empty()) {
      ended_ = complete();
      gap_ = after_header;
    } else if (after_header &&
               (line.front() == '(' || starts_with_number(line) || is_colon_pair(line))) {
      take_peaks(line, number);
    } else if (auto field = parse_field(line, ':', number)) {
      if (after_gap) return hold(line, number, false);
      take_field(line, std::move(*field));
    } else if (after_header) {
      record_.add_peak_line(line, number);  // which says that it is none
    } else {
      record_.problem(
          number, fmt::format("\"{}\" is no field; expected \"Key: value\"", one_line(line, 80)));
    }
  }

  void take_field(std::string_view line, Field field) {
    if (field.key == "NAME") {
      if (named_ || announced_) {
        hold(line, field.line, false);
        return;
      }
      named_ = true;
    } else if (field.key == "NUMPEAKS") {
      if (announced_) record_.problem(field.line, "a second \"Num Peaks\" in one record");
      announced_ = field;
      return;
    } else if (field.key == "SYNON") {
      return take_synonym(field);  // there may be thousands
    } else if (field.key == "COMMENT" || field.key == "COMMENTS") {
      take_comments(line, field.line);
    }
    record_.add(std::move(field));
  }

  void take_synonym(const Field& field) {
    for (const auto& [code, key] : kCodedSynonyms) {
      if (!std::string_view(field.value).starts_with(code)) continue;
      comments_.push_back({std::string(key),
                           std::string(trim(std::string_view(field.value).substr(code.size()))),
                           field.line, fmt::format("{}{}", field.written, code)});
    }
  }

  /// "key=value" pairs, each in quotes, where MoNA keeps structures.
  void take_comments(std::string_view line, std::size_t number) {
    while (comments_.size() < kMaxFields) {
      const auto open = line.find('"');
      if (open == std::string_view::npos) return;
      const auto close = line.find('"', open + 1);
      if (close == std::string_view::npos) return;
      if (auto field = parse_field(line.substr(open + 1, close - open - 1), '=', number)) {
        comments_.push_back(std::move(*field));
      }
      line.remove_prefix(close + 1);
    }
  }

  /// Peaks of a line: one, or several separated by semicolons, or GOLM's "m/z:intensity" words.
  void take_peaks(std::string_view line, std::size_t number) {
    const std::string plain = without_annotations(line.front() == '(' ? pairs_apart(line) : line);
    std::string_view rest = plain;
    if (is_colon_pair(rest)) {
      while (!trim(rest).empty()) {
        std::string word(take_token(rest, " \t;,"));
        std::replace(word.begin(), word.end(), ':', ' ');
        record_.add_peak_line(word, number);
      }
      return;
    }
    for (const auto part : split(rest, ';')) {
      const auto text = trim(part);
      if (!text.empty()) record_.add_peak_line(text, number);
    }
  }

  void finish() {
    if (!announced_) {
      record_.problem(held_ || ended_ ? record_.first_line() : lines_.line(),
                      "the record has no \"Num Peaks\" line");
    } else {
      record_.expect_peaks(announced_->value, "Num Peaks", announced_->line);
    }
    // What stands in a line of its own wins over what hides in comments and synonyms.
    auto fields = std::exchange(comments_, {});
    fields.insert(fields.end(), record_.fields().begin(), record_.fields().end());
    record_.inherit(fields);
    record_.finish({"DB#", "NAME", "SPECTRUMID", "TITLE"});
  }

  LineReader lines_;
  RecordBuilder record_;
  std::optional<std::string> held_;  // the line that begins the next record
  std::size_t held_line_ = 0;
  bool held_cut_ = false;
  std::optional<Field> announced_;  // "Num Peaks"
  std::vector<Field> comments_;
  bool named_ = false, ended_ = false;
  bool gap_ = false;  // the line before was blank, after "Num Peaks"
};

}  // namespace

std::unique_ptr<SpectrumReader> msp_reader(ByteReader bytes, std::string label) {
  return std::make_unique<MspReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
