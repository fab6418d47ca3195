#include "train/learners/masked_text.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

namespace specbridge {
namespace {

constexpr double kBlankShare = 0.8, kOtherShare = 0.1;  // the rest stays as it is

/// The tokens of a text, in the row of a packed input.
class TextRow {
 public:
  TextRow(std::int64_t* values, std::int64_t places) : values_(values), places_(places) {}

  std::int64_t places() const { return places_; }
  std::int64_t& id(std::int64_t place) { return values_[2 * place]; }
  bool has_role(std::int64_t place, TokenRole role) const {
    return values_[2 * place + 1] == static_cast<std::int64_t>(role);
  }

 private:
  std::int64_t* values_;
  std::int64_t places_;
};

/// A text's own tokens behind another one.
std::vector<std::int64_t> places_to_hide(const TextRow& text) {
  std::vector<std::int64_t> places;
  for (std::int64_t i = 1; i < text.places(); ++i) {
    if (!text.has_role(i, TokenRole::averaged)) continue;
    if (!text.has_role(i - 1, TokenRole::padding)) places.push_back(i);
  }
  return places;
}

std::vector<std::int64_t> hidden_places(const TextRow& text, double share, Random& random) {
  const auto places = places_to_hide(text);
  std::vector<std::int64_t> hidden;
  for (const std::int64_t place : places) {
    if (random.uniform() < share) hidden.push_back(place);
  }
  if (hidden.empty() && !places.empty()) hidden.push_back(places[random.below(places.size())]);
  return hidden;
}

/// What is shown in the place of a hidden token.
std::int64_t shown_for(std::int64_t id, const TextTokens& tokens, Random& random) {
  const double drawn = random.uniform();
  if (drawn < kBlankShare) return tokens.blank;
  if (drawn >= kBlankShare + kOtherShare) return id;
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(tokens.id_bound)));
}

}  // namespace

MaskedTexts masked(const at::Tensor& packed, double share, const TextTokens& tokens,
                   const std::function<Random(std::size_t)>& random) {
  MaskedTexts texts{packed.clone(at::MemoryFormat::Contiguous), {}, {}};
  const std::int64_t count = packed.size(0), length = packed.size(1);
  std::vector<std::int64_t> places, ids;
  auto* values = texts.input.mutable_data_ptr<std::int64_t>();
  for (std::int64_t row = 0; row < count; ++row) {
    Random own = random(static_cast<std::size_t>(row));
    TextRow text(values + 2 * row * length, length);
    for (const std::int64_t place : hidden_places(text, share, own)) {
      places.insert(places.end(), {row, place});
      ids.push_back(text.id(place));
      text.id(place) = shown_for(ids.back(), tokens, own);
    }
  }
  texts.tokens = at::tensor(ids, at::kLong);
  texts.places = at::tensor(places, at::kLong).view({-1, 2});
  return texts;
}

at::Tensor cost_of(const MaskedTexts& texts, const at::Tensor& states,
                   const at::Tensor& prediction) {
  const at::Tensor places = texts.places.to(states.device());
  const at::Tensor before = states.index({places.select(1, 0), places.select(1, 1) - 1});
  return at::cross_entropy_loss(at::linear(before, prediction), texts.tokens.to(states.device()));
}

}  // namespace specbridge
