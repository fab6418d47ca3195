#include "ms/formats/xml_events.h"

#include <expat.h>
#include <fmt/format.h>

#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxTagBytes = std::size_t{4} << 20;
constexpr std::size_t kFeedBytes = std::size_t{1} << 16;

std::string_view local_name(const char* name) {
  const char* colon = std::strrchr(name, ':');
  return colon != nullptr ? colon + 1 : name;
}

}  // namespace

std::string_view XmlAttributes::operator[](std::string_view name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (name == local_name(pair[0])) return pair[1];
  }
  return {};
}

/// Exceptions must not pass through expat, which is C: they are kept and thrown again by run().
struct XmlStream::Impl {
  Impl(ByteReader reader, XmlHandler& receiver)
      : bytes(std::move(reader)), handler(receiver), parser(XML_ParserCreate(nullptr)) {
    if (parser == nullptr) throw std::bad_alloc();
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
  }
  ~Impl() { XML_ParserFree(parser); }

  template <typename Call>
  void guarded(const Call& call) {
    if (failure != nullptr) return;
    try {
      call();
    } catch (...) {
      failure = std::current_exception();
      XML_StopParser(parser, XML_FALSE);
    }
  }

  static void on_start(void* user, const char* name, const char** pairs) {
    auto& self = *static_cast<Impl*>(user);
    self.guarded([&] {
      if (++self.depth > kMaxDepth) self.fail("tags are nested too deeply for mzML");
      self.handler.start(local_name(name), XmlAttributes(pairs));
    });
  }
  static void on_end(void* user, const char* name) {
    auto& self = *static_cast<Impl*>(user);
    self.guarded([&] {
      --self.depth;
      self.handler.end(local_name(name));
    });
  }
  static void on_text(void* user, const char* text, int length) {
    auto& self = *static_cast<Impl*>(user);
    self.guarded([&] { self.handler.text({text, static_cast<std::size_t>(length)}); });
  }
  static void on_doctype(void* user, const char*, const char*, const char*, int) {
    auto& self = *static_cast<Impl*>(user);
    self.guarded([&] { self.fail("has a document type declaration, which mzML has not"); });
  }

  std::size_t line() const { return XML_GetCurrentLineNumber(parser); }
  [[noreturn]] void fail(std::string_view problem) const {
    throw InputError({bytes.name(), line()}, problem);
  }

  /// Hands the next bytes to expat.
  XML_Status feed() {
    while (at == buffer.size() && !ended) {
      buffer.clear();
      at = 0;
      ended = !bytes.read(buffer, line());
    }
    const std::size_t count = std::min(kFeedBytes, buffer.size() - at);
    const auto status = XML_Parse(parser, buffer.data() + at, static_cast<int>(count),
                                  ended ? XML_TRUE : XML_FALSE);
    at += count;
    fed += count;
    final_fed = ended;
    return status;
  }

  void judge(XML_Status status) const {
    if (failure != nullptr) std::rethrow_exception(failure);
    if (finished) return;
    if (status == XML_STATUS_ERROR && final_fed) {
      fail("the file ends within the document; it is truncated, fetch or convert it again");
    }
    if (status == XML_STATUS_ERROR) {
      fail(fmt::format("is not well-formed XML ({}); fetch or convert the file again",
                       XML_ErrorString(XML_GetErrorCode(parser))));
    }
    const auto event = XML_GetCurrentByteIndex(parser);
    if (fed - static_cast<std::size_t>(event < 0 ? 0 : event) > kMaxTagBytes) {
      fail("a tag is longer than 4 MiB");
    }
  }

  ByteReader bytes;
  XmlHandler& handler;
  XML_Parser parser;
  std::exception_ptr failure;
  std::string buffer;
  std::size_t at = 0, fed = 0, depth = 0;
  bool ended = false, final_fed = false, paused = false, finished = false;
};

XmlStream::XmlStream(ByteReader bytes, XmlHandler& handler)
    : impl_(std::make_unique<Impl>(std::move(bytes), handler)) {}

XmlStream::~XmlStream() = default;

bool XmlStream::run() {
  Impl& in = *impl_;
  while (!in.finished) {
    const bool resume = std::exchange(in.paused, false);
    if (!resume && in.final_fed) return false;
    const auto status = resume ? XML_ResumeParser(in.parser) : in.feed();
    in.judge(status);
    if (in.paused) return true;
  }
  return false;
}

void XmlStream::pause() {
  impl_->paused = true;
  XML_StopParser(impl_->parser, XML_TRUE);
}

void XmlStream::finish() {
  impl_->finished = true;
  XML_StopParser(impl_->parser, XML_FALSE);
}

std::size_t XmlStream::line() const {
  return impl_->line();
}

const std::string& XmlStream::name() const noexcept {
  return impl_->bytes.name();
}

}  // namespace specbridge
