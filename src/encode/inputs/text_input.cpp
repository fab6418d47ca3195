#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "encode/encoder_manifest.h"
#include "encode/inputs/network_input.h"
#include "ms/electron/peak_words.h"
#include "specbridge/error.h"
#include "tokenize/tokenizer.h"

namespace specbridge {
namespace {

using PieceIds = std::vector<std::int64_t>;

/// A text in tokens, and which of them are averaged.
struct TokenizedText {
  PieceIds ids;
  std::size_t first = 0, last = 0;  ///< of those that are, behind the last one
};

struct TextSettings {
  std::size_t max_tokens = 0;
  std::int64_t pad_id = 0;
  bool averages_before = true;  ///< whether what stands before the peaks is in the mean
};

[[noreturn]] void refuse_file(const Manifest& manifest, const char* file, std::string_view why) {
  throw ArtifactError(
      fmt::format("{}: {}; export the encoder again", (manifest.dir() / file).string(), why));
}

TextSettings text_settings(const Manifest& manifest) {
  const TextSettings settings{manifest_value<std::size_t>(manifest, {"input", "max_tokens"}),
                              manifest_value<std::int64_t>(manifest, {"input", "pad_id"}),
                              manifest_value<bool>(manifest, {"input", "before_in_mean"})};
  if (settings.max_tokens == 0 || settings.pad_id < 0) {
    refuse_file(manifest, "manifest.json", "\"input\" needs max_tokens above 0 and a pad_id");
  }
  const auto side = manifest_value<std::string>(manifest, {"padding", "side"});
  if (side != "left") {
    refuse_file(manifest, "manifest.json",
                fmt::format("\"padding.side\" is \"{}\", this program knows \"left\"", side));
  }
  return settings;
}

/// Peaks as the renderer takes them, row 0 left out.
std::vector<Peak> peaks_of(const PeakRows& spectrum) {
  std::vector<Peak> peaks;
  for (std::size_t i = 2; i + 1 < spectrum.rows.size(); i += 2) {
    peaks.push_back({spectrum.rows[i], spectrum.rows[i + 1]});
  }
  return peaks;
}

/// Ids and mask of a packed input, as the network takes them.
struct IdsAndMask {
  at::Tensor ids, mask;  ///< [batch, tokens] each
};

IdsAndMask ids_and_mask(const at::Tensor& input) {
  const at::Tensor role = input.select(2, 1);
  return {input.select(2, 0).contiguous(),
          (role != static_cast<std::int64_t>(TokenRole::padding)).to(at::kLong)};
}

/// @param tokens what the network was given of each [batch, tokens]
void check_states(const at::Tensor& states, const at::Tensor& tokens) {
  if (states.dim() == 3 && states.sizes().slice(0, 2) == tokens.sizes()) return;
  // Who runs the network adds its file to the message.
  throw std::runtime_error(
      fmt::format("gives {}; expected a state for each of {} tokens; export the encoder again",
                  c10::str(states.sizes()), c10::str(tokens.sizes())));
}

/// The mean [batch, dim] of the states [batch, tokens, dim] that `averaged` marks.
at::Tensor mean_of_own(const at::Tensor& states, const at::Tensor& averaged) {
  check_states(states, averaged);
  const at::Tensor weights = averaged.to(states.scalar_type()).unsqueeze(2);
  return (states * weights).sum(1) / weights.sum(1).clamp_min(1);
}

class TextInput final : public NetworkInput {
 public:
  TextInput(const Manifest& manifest, const TextRendering& rules)
      : tokenizer_file_((manifest.dir() / kTokenizerFile).string()),
        tokenizer_(Tokenizer::load(tokenizer_file_)),
        settings_(text_settings(manifest)),
        rules_(rules) {
    rules_.least = 0;                   // what is weaker was left out when peaks were cleaned,
    rules_.unit_mass = UnitMass::none;  // and m/z are whole numbers since then
  }

  std::size_t length(const PeakRows& spectrum) const override {
    return tokenized(spectrum).ids.size();
  }
  at::Tensor pack(std::span<const PeakRows> spectra, std::size_t length) const override;
  std::vector<at::Tensor> prefix(const torch::jit::Module& network, const at::Tensor& input,
                                 std::int64_t n) const override;
  at::Tensor suffix(const torch::jit::Module& network, const std::vector<at::Tensor>& state,
                    std::int64_t n) const override;
  std::optional<TextTokens> text_tokens() const override;
  at::Tensor token_states(const torch::jit::Module& network, const at::Tensor& input,
                          std::int64_t n) const override;
  std::vector<PeakRows> golden(const Manifest& manifest) const override;

 private:
  /// The tokens of a spectrum. A text that is too long is one of fewer peaks, the most intense; the
  /// highest m/z always stands at its end.
  TokenizedText tokenized(const PeakRows& spectrum) const;
  TokenizedText tokens_of(std::span<const Peak> peaks, const TextRendering& rules) const;

  std::string tokenizer_file_;
  Tokenizer tokenizer_;
  TextSettings settings_;
  TextRendering rules_;
};

TokenizedText TextInput::tokens_of(std::span<const Peak> peaks, const TextRendering& rules) const {
  TokenizedText text;
  text.ids = tokenizer_.encode(rendered(peaks, rules), 0);
  text.first = tokenizer_.special_before();
  text.last = text.ids.size() - tokenizer_.special_behind();
  if (settings_.averages_before) return text;
  // Of the text's end, as many as it has when it stands alone: a token may reach across.
  TextRendering alone = rules;
  alone.before.clear();
  const std::size_t own = tokenizer_.encode(rendered(peaks, alone), 0).size();
  const std::size_t special = tokenizer_.special_before() + tokenizer_.special_behind();
  const std::size_t averaged = std::min(own - std::min(own, special), text.last - text.first);
  if (averaged > 0) text.first = text.last - averaged;
  return text;
}

TokenizedText TextInput::tokenized(const PeakRows& spectrum) const {
  const auto peaks = peaks_of(spectrum);
  TextRendering rules = rules_;
  rules.peaks = std::min(rules.peaks, std::max<std::size_t>(peaks.size(), 1));
  TokenizedText text = tokens_of(peaks, rules);
  while (text.ids.size() > settings_.max_tokens && rules.peaks > 1) {
    --rules.peaks;
    text = tokens_of(peaks, rules);
  }
  if (text.ids.size() <= settings_.max_tokens) return text;
  text.ids.resize(settings_.max_tokens);
  text.last = std::min(text.last, settings_.max_tokens);
  text.first = std::min(text.first, text.last);
  return text;
}

at::Tensor TextInput::pack(std::span<const PeakRows> spectra, std::size_t length) const {
  const auto count = static_cast<std::int64_t>(spectra.size());
  at::Tensor input = at::zeros({count, static_cast<std::int64_t>(length), 2}, at::kLong);
  input.select(2, 0).fill_(settings_.pad_id);
  auto* values = input.mutable_data_ptr<std::int64_t>();
  for (std::size_t row = 0; row < spectra.size(); ++row) {
    const TokenizedText text = tokenized(spectra[row]);
    if (text.ids.size() > length) {
      throw std::invalid_argument(
          fmt::format("a text has {} tokens, only {} are packed", text.ids.size(), length));
    }
    std::int64_t* place = values + 2 * (row * length + length - text.ids.size());
    for (std::size_t i = 0; i < text.ids.size(); ++i, place += 2) {
      const bool averaged = i >= text.first && i < text.last;
      place[0] = text.ids[i];
      place[1] = static_cast<std::int64_t>(averaged ? TokenRole::averaged : TokenRole::seen);
    }
  }
  return input;
}

std::vector<at::Tensor> TextInput::prefix(const torch::jit::Module& network,
                                          const at::Tensor& input, std::int64_t n) const {
  const auto [ids, mask] = ids_and_mask(input);
  const at::Tensor averaged = input.select(2, 1) == static_cast<std::int64_t>(TokenRole::averaged);
  if (n == 0) return {mean_of_own(network.get_method("forward")({ids, mask}).toTensor(), averaged)};
  auto state = network.get_method("prefix")({ids, mask, n}).toTensorVector();
  state.push_back(averaged);
  return state;
}

at::Tensor TextInput::suffix(const torch::jit::Module& network,
                             const std::vector<at::Tensor>& state, std::int64_t n) const {
  if (n == 0) return state.front();
  const std::vector<at::Tensor> own(state.begin(), state.end() - 1);
  return mean_of_own(network.get_method("suffix")({own, n}).toTensor(), state.back());
}

std::optional<TextTokens> TextInput::text_tokens() const {
  const PieceIds ids = tokenizer_.encode("_", 0);
  const std::size_t before = tokenizer_.special_before();
  if (ids.size() != before + 1 + tokenizer_.special_behind()) {
    throw ArtifactError(fmt::format(
        "{}: has no single token for \"_\", which stands where a token is hidden; expected a "
        "tokenizer that has one",
        tokenizer_file_));
  }
  return TextTokens{ids[before], std::max(tokenizer_.id_bound(), settings_.pad_id + 1)};
}

at::Tensor TextInput::token_states(const torch::jit::Module& network, const at::Tensor& input,
                                   std::int64_t n) const {
  const auto [ids, mask] = ids_and_mask(input);
  const auto state = network.get_method("prefix")({ids, mask, n}).toTensorVector();
  const at::Tensor states = network.get_method("suffix")({state, n}).toTensor();
  check_states(states, ids);
  return states;
}

std::vector<PeakRows> TextInput::golden(const Manifest& manifest) const {
  auto spectra = golden_peaks(manifest);
  const auto texts = manifest_value<std::vector<std::string>>(manifest, {"golden", "texts"});
  const auto ids = manifest_value<std::vector<PieceIds>>(manifest, {"golden", "input_ids"});
  if (texts.size() != spectra.size() || ids.size() != spectra.size()) {
    refuse_file(manifest, "manifest.json",
                "\"golden\" must hold a text and token ids of each of its spectra");
  }
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    if (rendered(peaks_of(spectra[i]), rules_) != texts[i]) {
      refuse_file(manifest, "manifest.json",
                  fmt::format("golden spectrum {} becomes another text than it states", i + 1));
    }
    if (tokenized(spectra[i]).ids != ids[i]) {
      refuse_file(manifest, kTokenizerFile,
                  fmt::format("golden text {} has other token ids than the manifest says", i + 1));
    }
  }
  return spectra;
}

}  // namespace

std::unique_ptr<NetworkInput> make_text_input(const Manifest& manifest,
                                              const TextRendering& rules) {
  return std::make_unique<TextInput>(manifest, rules);
}

}  // namespace specbridge
