#include "pools/json_pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "pools/text_numbers.h"
#include "specbridge/error.h"
#include "store/byte_reader.h"

namespace specbridge {
namespace {

constexpr std::size_t kLongestText = std::size_t{1} << 20;     // bytes, or somewhat more
constexpr std::size_t kMostCandidates = std::size_t{1} << 26;  // 256 MiB of numbers

/// The decoded characters of a stream, for the parser, which sees them once. A file of a megabyte
/// may decompress to gigabytes, so it is bounded what can come before the parser reports anything.
class Characters {
 public:
  // NOLINTBEGIN(readability-identifier-naming): names that the standard library looks for
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  // NOLINTEND(readability-identifier-naming)

  /// What a stream and its readers share.
  struct Source {
    ByteReader bytes;
    std::string chunk = {};
    std::size_t at = 0, line = 0;
    std::size_t since_event = 0;  // characters that were read since the parser's last event

    bool fill() {
      since_event += chunk.size();
      if (since_event > kLongestText) {
        throw InputError({bytes.name(), 0},
                         fmt::format("more than {} bytes without a text that ends; candidate pools "
                                     "are {}",
                                     with_thousands(kLongestText), kJsonPoolsForm));
      }
      line += static_cast<std::size_t>(std::ranges::count(chunk, '\n'));
      chunk.clear();
      at = 0;
      while (chunk.empty()) {
        if (!bytes.read(chunk, line)) return false;
      }
      return true;
    }
  };

  Characters() = default;  // the end
  explicit Characters(Source& source) : source_(&source) { settle(); }
  reference operator*() const { return source_->chunk[source_->at]; }
  Characters& operator++() {
    ++source_->at;
    settle();
    return *this;
  }
  friend bool operator==(const Characters& a, const Characters& b) {
    return a.source_ == b.source_;
  }
  friend bool operator!=(const Characters& a, const Characters& b) { return !(a == b); }

 private:
  void settle() {
    if (source_->at == source_->chunk.size() && !source_->fill()) source_ = nullptr;
  }

  Source* source_ = nullptr;
};

/// Takes the parser's events one by one; anything but an object of lists of strings is an error.
class PoolEvents : public nlohmann::json_sax<Json> {
 public:
  explicit PoolEvents(Characters::Source& source) : source_(source), file_(source.bytes.name()) {}

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
    source_.since_event = 0;
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
    source_.since_event = 0;
    if (++candidates_ > kMostCandidates) {
      throw InputError({file_, 0}, fmt::format("holds more than {} candidates; split the file",
                                               with_thousands(kMostCandidates)));
    }
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

  Characters::Source& source_;
  std::string file_, truth_;
  std::size_t candidates_ = 0;
  Place place_ = Place::before;
  RawPools raw_;
  TextNumbers texts_;
};

}  // namespace

RawPools read_json_pools(ByteReader bytes) {
  Characters::Source source{std::move(bytes)};
  PoolEvents events(source);
  Json::sax_parse(Characters(source), Characters(), &events);
  return events.take();
}

}  // namespace specbridge
