#include "pools/json_pools.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "pools/text_numbers.h"
#include "specbridge/error.h"
#include "store/byte_reader.h"
#include "store/file.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

/// Takes the parser's events one by one; anything but an object of lists of strings is an error.
class PoolEvents : public nlohmann::json_sax<Json> {
 public:
  explicit PoolEvents(std::string file) : file_(std::move(file)) {}

  RawPools take() {
    raw_.texts = texts_.take();
    return std::move(raw_);
  }

  bool start_object(std::size_t) override {
    if (place_ != Place::before) wrong("an object");
    place_ = Place::in_pools;
    return true;
  }
  bool key(std::string& text) override {
    truth_ = one_line(text, 80);
    raw_.pools.emplace_back().key = TruthText{texts_.number_of(std::move(text))};
    return true;
  }
  bool start_array(std::size_t) override {
    if (place_ != Place::in_pools) wrong("a list");
    place_ = Place::in_list;
    return true;
  }
  bool string(std::string& text) override {
    if (place_ != Place::in_list) wrong(fmt::format("\"{}\"", one_line(text, 40)));
    raw_.pools.back().candidates.push_back(texts_.number_of(std::move(text)));
    return true;
  }
  bool end_array() override {
    place_ = Place::in_pools;
    return true;
  }
  bool end_object() override { return true; }

  bool null() override { return wrong("null"); }
  bool boolean(bool) override { return wrong("true or false"); }
  bool number_integer(number_integer_t) override { return wrong("a number"); }
  bool number_unsigned(number_unsigned_t) override { return wrong("a number"); }
  bool number_float(number_float_t, const string_t&) override { return wrong("a number"); }
  bool binary(binary_t&) override { return wrong("bytes"); }
  bool parse_error(std::size_t, const std::string&, const Json::exception& error) override {
    const std::string_view what = error.what();
    const auto number_end = what.find("] ");
    const auto reason = number_end == std::string_view::npos ? what : what.substr(number_end + 2);
    throw InputError({file_, 0}, fmt::format("not valid JSON ({})", one_line(reason, 200)));
  }

 private:
  enum class Place { before, in_pools, in_list };

  [[noreturn]] bool wrong(std::string_view found) const {
    if (place_ == Place::before) {
      throw InputError(
          {file_, 0}, fmt::format("starts with {}; candidate pools are {}", found, kJsonPoolsForm));
    }
    throw InputError({file_, 0}, fmt::format("pool \"{}\" {} {}; candidate pools are {}", truth_,
                                             place_ == Place::in_list ? "contains" : "is", found,
                                             kJsonPoolsForm));
  }

  std::string file_, truth_;
  Place place_ = Place::before;
  RawPools raw_;
  TextNumbers texts_;
};

}  // namespace

RawPools read_json_pools(ByteReader bytes) {
  PoolEvents events(bytes.name());
  const std::string text = read_text(std::move(bytes));
  Json::sax_parse(text, &events);
  return events.take();
}

}  // namespace specbridge
