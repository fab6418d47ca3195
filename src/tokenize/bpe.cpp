#include "tokenize/bpe.h"

#include <fmt/format.h>

#include <queue>

#include "base/text.h"
#include "tokenize/unicode.h"

namespace specbridge {
namespace {

using Id = std::int64_t;

/// What two neighbouring tokens become, and how early (0 first).
struct Merge {
  std::size_t rank = 0;
  Id id = 0;
};

struct PairHash {
  std::size_t operator()(const std::pair<Id, Id>& pair) const {
    return std::hash<std::uint64_t>{}((static_cast<std::uint64_t>(pair.first) << 32U) ^
                                      static_cast<std::uint64_t>(pair.second));
  }
};
using Merges = std::unordered_map<std::pair<Id, Id>, Merge, PairHash>;

/// The symbols of one word as a list whose neighbours merge, lowest rank first, leftmost first.
class Merging {
 public:
  Merging(const std::vector<Id>& symbols, const Merges& merges) : merges_(merges) {
    const int count = static_cast<int>(symbols.size());
    for (int i = 0; i < count; ++i) {
      symbols_.push_back(
          {symbols[static_cast<std::size_t>(i)], i - 1, i + 1 < count ? i + 1 : -1, true});
    }
    for (int i = 0; i + 1 < count; ++i) offer(i);
  }

  void append_result(std::vector<Id>& ids) {
    while (!queue_.empty()) {
      const Candidate best = queue_.top();
      queue_.pop();
      if (is_current(best)) merge(best);
    }
    for (const Symbol& symbol : symbols_) {
      if (symbol.alive) ids.push_back(symbol.id);
    }
  }

 private:
  struct Symbol {
    Id id;
    int previous, next;
    bool alive;
  };
  struct Candidate {
    std::size_t rank;
    int left;
    Id merged;
    bool operator>(const Candidate& other) const {
      return std::pair(rank, left) > std::pair(other.rank, other.left);
    }
  };

  Symbol& at(int i) { return symbols_[static_cast<std::size_t>(i)]; }

  const Merge* merge_of(int left) {
    if (left < 0 || !at(left).alive || at(left).next < 0) return nullptr;
    const auto it = merges_.find({at(left).id, at(at(left).next).id});
    return it == merges_.end() ? nullptr : &it->second;
  }

  void offer(int left) {
    if (const Merge* found = merge_of(left)) queue_.push({found->rank, left, found->id});
  }

  bool is_current(const Candidate& candidate) {
    const Merge* found = merge_of(candidate.left);
    return found != nullptr && found->id == candidate.merged;
  }

  void merge(const Candidate& candidate) {
    Symbol& left = at(candidate.left);
    Symbol& right = at(left.next);
    right.alive = false;
    left.id = candidate.merged;
    left.next = right.next;
    if (left.next >= 0) at(left.next).previous = candidate.left;
    offer(left.previous);
    offer(candidate.left);
  }

  const Merges& merges_;
  std::vector<Symbol> symbols_;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue_;
};

class Bpe final : public SubwordModel {
 public:
  explicit Bpe(const TokenizerPart& part);
  void append_ids(std::string_view piece, std::vector<Id>& ids) const override;

 private:
  void read_merges(const TokenizerPart& list);
  std::vector<Id> symbols_of(std::string_view piece) const;

  Vocabulary vocabulary_;
  Merges merges_;
  std::optional<Id> unknown_id_;
  bool fuses_unknown_ = false, ignores_merges_ = false;
};

Id id_of(const Vocabulary& vocabulary, const std::string& token, const TokenizerPart& part,
         std::string_view what) {
  const auto it = vocabulary.find(token);
  if (it != vocabulary.end()) return it->second;
  part.refuse(fmt::format("{} \"{}\" is not in the vocabulary", what, one_line(token, 60)));
}

Bpe::Bpe(const TokenizerPart& part) : vocabulary_(read_vocabulary(part)) {
  part.only({"vocab", "merges", "dropout", "unk_token", "continuing_subword_prefix",
             "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges"});
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (part.optional_text(key)) part.refuse(fmt::format("\"{}\" is not supported", key));
  }
  if (part.flag("byte_fallback", false)) part.refuse("\"byte_fallback\" is not supported");
  const Json& dropout = part.child("dropout").json();
  if (!dropout.is_null() && dropout != 0.0) part.refuse("\"dropout\" is not supported");
  fuses_unknown_ = part.flag("fuse_unk", false);
  ignores_merges_ = part.flag("ignore_merges", false);
  if (const auto token = part.optional_text("unk_token")) {
    unknown_id_ = id_of(vocabulary_, *token, part, "unk_token");
  }
  read_merges(part.child("merges"));
}

/// A merge is "a b" or ["a", "b"].
std::pair<std::string, std::string> read_merge(const Json& json, const TokenizerPart& list) {
  if (json.is_array() && json.size() == 2 && json[0].is_string() && json[1].is_string()) {
    return {json[0].get<std::string>(), json[1].get<std::string>()};
  }
  if (json.is_string()) {
    const auto text = json.get<std::string>();
    const auto tokens = split(text, ' ');
    if (tokens.size() == 2) return {std::string(tokens[0]), std::string(tokens[1])};
  }
  list.refuse(fmt::format("{} is no pair of tokens", one_line(json.dump(), 60)));
}

void Bpe::read_merges(const TokenizerPart& list) {
  if (!list.json().is_array()) list.refuse("must be a list");
  std::size_t rank = 0;
  for (const Json& json : list.json()) {
    const auto [left, right] = read_merge(json, list);
    const std::pair pair(id_of(vocabulary_, left, list, "token"),
                         id_of(vocabulary_, right, list, "token"));
    merges_[pair] = {rank++, id_of(vocabulary_, left + right, list, "token")};
  }
}

std::vector<Id> Bpe::symbols_of(std::string_view piece) const {
  std::vector<Id> symbols;
  bool after_unknown = false;
  std::string character;
  for (const char32_t code : code_points(piece)) {
    character.clear();
    append_utf8(character, code);
    const auto it = vocabulary_.find(character);
    if (it != vocabulary_.end()) {
      symbols.push_back(it->second);
      after_unknown = false;
    } else if (unknown_id_) {
      if (!(after_unknown && fuses_unknown_)) symbols.push_back(*unknown_id_);
      after_unknown = true;
    }
  }
  return symbols;
}

void Bpe::append_ids(std::string_view piece, std::vector<Id>& ids) const {
  if (ignores_merges_) {
    if (const auto it = vocabulary_.find(piece); it != vocabulary_.end()) {
      ids.push_back(it->second);
      return;
    }
  }
  const std::vector<Id> symbols = symbols_of(piece);
  if (merges_.empty()) {
    ids.insert(ids.end(), symbols.begin(), symbols.end());
  } else {
    Merging(symbols, merges_).append_result(ids);
  }
}

}  // namespace

std::unique_ptr<SubwordModel> make_bpe(const TokenizerPart& part) {
  return std::make_unique<Bpe>(part);
}

}  // namespace specbridge
