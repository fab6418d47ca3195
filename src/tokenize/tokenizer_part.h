#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.h"

namespace specbridge {

/// Lets maps keyed by text be searched with a view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using Vocabulary = std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>>;

/// One part of a tokenizer.json and how messages name it ("dir/tokenizer.json: model"). All readers
/// throw ArtifactError that names the part and the key.
class TokenizerPart {
 public:
  TokenizerPart(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

  const Json& json() const { return json_; }
  const std::string& where() const { return where_; }
  bool is_null() const { return json_.is_null(); }

  /// "model: type is "Unigram", this program knows BPE and WordLevel".
  [[noreturn]] void refuse_type(std::string_view known) const;
  /// "model: <problem>".
  [[noreturn]] void refuse(std::string_view problem) const;

  std::string type() const;
  TokenizerPart child(const std::string& key) const;
  std::string text(const std::string& key) const;
  std::optional<std::string> optional_text(
      const std::string& key) const;  ///< null and "" are nothing
  bool flag(const std::string& key, bool absent) const;
  std::int64_t id(const std::string& key) const;
  /// Refuses keys other than "type" and these: what is not understood is not ignored.
  void only(std::initializer_list<std::string_view> keys) const;

 private:
  const Json* find(const std::string& key) const;

  const Json& json_;
  std::string where_;
};

}  // namespace specbridge
