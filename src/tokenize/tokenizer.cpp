#include "tokenize/tokenizer.h"

#include <algorithm>

#include "specbridge/error.h"
#include "store/file.h"
#include "tokenize/added_tokens.h"
#include "tokenize/post_processor.h"
#include "tokenize/pre_tokenizer.h"
#include "tokenize/subword_model.h"
#include "tokenize/tokenizer_part.h"

namespace specbridge {

struct Tokenizer::Impl {
  AddedTokens added;
  PreTokenizer pre_tokenizer;
  std::unique_ptr<SubwordModel> model;
  SpecialEnds ends;
  std::int64_t id_bound = 0;
};

namespace {

Json read_tokenizer_json(const std::filesystem::path& file) {
  try {
    return parse_json(read_file(file), file.string());
  } catch (const InputError& error) {
    throw ArtifactError(error.what());
  }
}

void check_normalizer(const TokenizerPart& part) {
  if (part.is_null()) return;
  if (part.type() != "Sequence") part.refuse_type("none");
  if (!part.child("normalizers").json().empty())
    part.refuse("is not empty, this program knows none");
}

std::int64_t bound_of(const Vocabulary& vocabulary) {
  std::int64_t bound = 0;
  for (const auto& [token, id] : vocabulary) bound = std::max(bound, id + 1);
  return bound;
}

void check_truncation(const TokenizerPart& part) {
  if (part.is_null()) return;
  if (part.optional_text("direction").value_or("Right") != "Right") {
    part.refuse("direction is not \"Right\", which alone this program knows");
  }
}

}  // namespace

Tokenizer::Tokenizer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Tokenizer::~Tokenizer() = default;
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;

Tokenizer Tokenizer::load(const std::filesystem::path& file) {
  const Json json = read_tokenizer_json(file);
  const TokenizerPart whole(json, file.string());
  check_normalizer(whole.child("normalizer"));
  check_truncation(whole.child("truncation"));
  const TokenizerPart model = whole.child("model");
  const Vocabulary vocabulary = read_vocabulary(model);
  AddedTokens added(whole.child("added_tokens"), vocabulary);
  const std::int64_t bound = std::max(bound_of(vocabulary), added.id_bound());
  return Tokenizer(std::make_unique<Impl>(
      Impl{std::move(added), make_pre_tokenizer(whole.child("pre_tokenizer")),
           make_subword_model(model), read_post_processor(whole.child("post_processor")), bound}));
}

std::vector<std::int64_t> Tokenizer::encode(std::string_view text, std::size_t max_tokens) const {
  std::vector<std::int64_t> ids = impl_->ends.before;
  const auto on_text = [&](std::string_view part) {
    for (const std::string& piece : impl_->pre_tokenizer(std::string(part))) {
      impl_->model->append_ids(piece, ids);
    }
  };
  impl_->added.cut(text, on_text, [&](std::int64_t id) { ids.push_back(id); });
  const std::vector<std::int64_t>& behind = impl_->ends.behind;
  if (max_tokens > 0) {
    const std::size_t room = std::max(max_tokens, impl_->ends.count()) - behind.size();
    ids.resize(std::min(ids.size(), room));
  }
  ids.insert(ids.end(), behind.begin(), behind.end());
  return ids;
}

std::size_t Tokenizer::special_before() const noexcept {
  return impl_->ends.before.size();
}

std::size_t Tokenizer::special_behind() const noexcept {
  return impl_->ends.behind.size();
}

std::int64_t Tokenizer::id_bound() const noexcept {
  return impl_->id_bound;
}

}  // namespace specbridge
