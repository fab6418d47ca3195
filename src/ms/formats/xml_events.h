#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "store/byte_reader.h"

namespace specbridge {

/// The attributes of a tag, as expat hands them over.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  /// The value of an attribute, "" when there is none.
  std::string_view operator[](std::string_view name) const;

 private:
  const char** pairs_;
};

/// Receives the events of a document in its order. Names come without namespace prefix.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view text) = 0;
};

/// Reads XML from a stream and can pause after any end tag. Memory is bounded whatever the document
/// holds: no document type, 64 levels, tags of at most 4 MiB.
class XmlStream {
 public:
  XmlStream(ByteReader bytes, XmlHandler& handler);
  ~XmlStream();

  /// Runs until the handler asked to pause or to finish, or the document ends.
  /// @return false when nothing more will come
  /// @throws InputError for a damaged document, also for one that ends too early
  bool run();
  /// Called by the handler, from end() only: run() returns after this tag.
  void pause();
  /// Called by the handler: what follows in the file is not looked at.
  void finish();
  /// 1-based line of the current event.
  std::size_t line() const;
  const std::string& name() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace specbridge
