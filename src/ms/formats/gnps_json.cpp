#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "ms/formats/json_objects.h"
#include "ms/formats/readers.h"
#include "ms/formats/record.h"
#include "store/byte_reader.h"

namespace specbridge {
namespace {

/// The text of a value as a field would hold it.
std::string text_of_value(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null() || value.is_structured()) return "";
  return compact(value);
}

/// The annotation of a single-record answer that was made last.
const Json* latest_annotation(const Json& object) {
  const auto found = object.find("annotations");
  if (found == object.end() || !found->is_array()) return nullptr;
  const Json* latest = nullptr;
  std::string latest_time;
  for (const Json& annotation : *found) {
    if (!annotation.is_object()) continue;
    const auto time = annotation.find("create_time");
    const std::string text = time == annotation.end() ? "" : text_of_value(*time);
    if (latest == nullptr || text >= latest_time) {
      latest = &annotation;
      latest_time = text;
    }
  }
  return latest;
}

bool is_pair(const Json& peak) {
  return peak.is_array() && peak.size() >= 2 && peak[0].is_number() && peak[1].is_number();
}

/// Walks through "[[100.5, 20], [101, 3, "x"]]".
class PairScanner {
 public:
  explicit PairScanner(std::string_view text) : rest_(text) { good_ = take('['); }
  /// The next pair; false at the end or where the text is not as expected.
  bool next(Peak& peak) {
    if (!good_ || take(']')) return ended();
    if (!first_ && !take(',')) return broken();
    first_ = false;
    if (!take('[') || !number(peak.mz) || !take(',') || !number(peak.intensity)) return broken();
    const auto close = rest_.find(']');
    if (close == std::string_view::npos) return broken();
    rest_.remove_prefix(close + 1);
    return true;
  }
  /// Whether the array was read to its end and nothing follows.
  bool whole() const { return ended_ && trim(rest_).empty(); }

 private:
  bool ended() {
    ended_ = good_;
    return false;
  }
  bool broken() {
    good_ = false;
    return false;
  }
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }
  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool number(double& value) {
    skip_blanks();
    const auto token = rest_.substr(0, rest_.find_first_of(",] \t\r\n"));
    const auto parsed = peak_number(token);
    if (parsed) value = *parsed;
    rest_.remove_prefix(token.size());
    return parsed.has_value();
  }

  std::string_view rest_;
  bool good_ = false, first_ = true, ended_ = false;
};

/// Reads objects with `peaks_json`, as GNPS publishes its libraries: an array of them, one after
/// the other, or one alone with its `spectruminfo` and `annotations`.
class GnpsJsonReader final : public SpectrumReader {
 public:
  GnpsJsonReader(ByteReader bytes, std::string label)
      : objects_(std::move(bytes)), record_(objects_.name(), std::move(label)) {}

  SpectrumFormat format() const noexcept override { return SpectrumFormat::gnps_json; }

  bool next(Spectrum& spectrum) override {
    const auto outcome = objects_.next();
    if (outcome == JsonObjects::Outcome::end) return false;
    line_ = outcome == JsonObjects::Outcome::unclosed ? objects_.line() : objects_.first_line();
    if (outcome == JsonObjects::Outcome::stray) throw not_an_object();
    record_.begin(spectrum, line_);
    if (outcome == JsonObjects::Outcome::object) {
      read_object(objects_.text());
    } else if (outcome == JsonObjects::Outcome::too_large) {
      problem("is larger than 16 MiB or nested too deeply");
    } else if (outcome == JsonObjects::Outcome::unclosed) {
      problem("is missing: the file ends within the array; it is truncated, fetch it again");
    } else {
      problem("is not complete: the file ends within it");
    }
    record_.finish({"SPECTRUMID"});
    return true;
  }

 private:
  InputError not_an_object() const {
    return InputError({objects_.name(), objects_.line()},
                      fmt::format("found \"{}\" where a JSON object was expected",
                                  one_line(objects_.text(), 40)));
  }

  /// A library may be one line of gigabytes, so the object is named by its number too.
  void problem(std::string_view what) {
    record_.problem(line_, fmt::format("object {} {}", record_.count(), what));
  }

  void read_object(const std::string& text) {
    Json object = Json::parse(text, nullptr, false);
    // Some libraries hold bytes that are no UTF-8; those become '?'.
    if (object.is_discarded()) object = Json::parse(one_line(text), nullptr, false);
    if (object.is_discarded() || !object.is_object()) {
      problem("is not valid JSON");
      return;
    }
    const auto info = object.find("spectruminfo");
    const bool single = info != object.end() && info->is_object();
    add_fields(single ? *info : object);
    if (const Json* annotation = latest_annotation(object)) add_fields(*annotation);
    add_peaks(single ? *info : object);
  }

  void add_fields(const Json& object) {
    for (const auto& [key, value] : object.items()) {
      if (!value.is_structured() && key != "peaks_json") {
        record_.add({normalised_key(key), std::string(trim(text_of_value(value))), line_,
                     fmt::format("\"{}\": ", key)});
      }
    }
  }

  /// `peaks_json` is a text that holds JSON; other programs write the array itself.
  void add_peaks(const Json& object) {
    const auto found = object.find("peaks_json");
    if (found == object.end()) {
      return problem(
          "has no peaks_json; expected [{..., \"peaks_json\": \"[[m/z, intensity], ...]\"}, ...]");
    }
    if (found->is_string()) {
      if (!add_pairs(found->get_ref<const std::string&>())) {
        problem("has peaks_json that is not [[m/z, intensity], ...]");
      }
      return;
    }
    if (!found->is_array()) return problem("has peaks_json that is no array");
    for (const Json& peak : *found) {
      if (!is_pair(peak)) return problem("has peaks_json that is not [[m/z, intensity], ...]");
      record_.add({peak[0].get<double>(), peak[1].get<double>()}, line_);
    }
  }

  /// Reads "[[m/z, intensity], ...]" without building the array; false when it is none.
  bool add_pairs(std::string_view text) {
    PairScanner scanner(text);
    if (trim(text).empty()) return true;
    Peak peak;
    while (scanner.next(peak)) record_.add(peak, line_);
    return scanner.whole();
  }

  JsonObjects objects_;
  RecordBuilder record_;
  std::size_t line_ = 0;
};

}  // namespace

std::unique_ptr<SpectrumReader> gnps_json_reader(ByteReader bytes, std::string label) {
  return std::make_unique<GnpsJsonReader>(std::move(bytes), std::move(label));
}

}  // namespace specbridge
