#include "tokenize/subword_model.h"

#include <fmt/format.h>

#include "base/text.h"
#include "tokenize/bpe.h"

namespace specbridge {
namespace {

class WordLevel final : public SubwordModel {
 public:
  explicit WordLevel(const TokenizerPart& part) : vocabulary_(read_vocabulary(part)) {
    part.only({"vocab", "unk_token"});
    const std::string unknown = part.text("unk_token");
    const auto it = vocabulary_.find(unknown);
    if (it == vocabulary_.end()) {
      part.refuse(fmt::format("unk_token \"{}\" is not in the vocabulary", one_line(unknown, 60)));
    }
    unknown_id_ = it->second;
  }

  void append_ids(std::string_view piece, std::vector<std::int64_t>& ids) const override {
    const auto it = vocabulary_.find(piece);
    ids.push_back(it == vocabulary_.end() ? unknown_id_ : it->second);
  }

 private:
  Vocabulary vocabulary_;
  std::int64_t unknown_id_ = 0;
};

}  // namespace

Vocabulary read_vocabulary(const TokenizerPart& model) {
  const TokenizerPart list = model.child("vocab");
  if (!list.json().is_object()) list.refuse("must be an object of tokens and ids");
  Vocabulary vocabulary;
  for (const auto& [token, id] : list.json().items()) {
    if (!id.is_number_unsigned()) {
      list.refuse(fmt::format("\"{}\" has no id", one_line(token, 60)));
    }
    vocabulary.emplace(token, id.get<std::int64_t>());
  }
  return vocabulary;
}

std::unique_ptr<SubwordModel> make_subword_model(const TokenizerPart& part) {
  const std::string type = part.type();
  if (type == "BPE") return make_bpe(part);
  if (type == "WordLevel") return std::make_unique<WordLevel>(part);
  part.refuse_type("BPE and WordLevel");
}

}  // namespace specbridge
