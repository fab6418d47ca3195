#include "tiny_encoders.h"

#include <torch/script.h>

#include "chem/standard_form.h"
#include "store/manifest.h"
#include "store/staging.h"

namespace specbridge::test {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kDim = 8;

constexpr const char* kSpectrumCode = R"(
def embed(self, peaks: Tensor) -> Tensor:
    real = (peaks[:, :, 0:1] != 0.0).to(peaks.dtype)
    return torch.sin(torch.linear(peaks * 0.01, self.input)) * real

def run(self, x: Tensor, first: int) -> Tensor:
    if first <= 0:
        x = x + torch.tanh(torch.linear(x, self.block0))
    if first <= 1:
        x = x + torch.dropout(torch.tanh(torch.linear(x, self.block1)), self.dropout, self.training)
    return x

def prefix(self, peaks: Tensor, n: int) -> List[Tensor]:
    if n > 2:
        return [peaks]
    x = self.embed(peaks)
    if n == 0:
        return [torch.linear(self.run(x, 0).sum(dim=1), self.output)]
    if n == 1:
        x = x + torch.tanh(torch.linear(x, self.block0))
    return [x]

def suffix(self, state: List[Tensor], n: int) -> Tensor:
    if n == 0:
        return state[0]
    x = state[0]
    if n > 2:
        x = self.embed(x)
    return torch.linear(self.run(x, 2 - n).sum(dim=1), self.output)

def forward(self, peaks: Tensor) -> Tensor:
    return self.suffix(self.prefix(peaks, 0), 0)
)";

constexpr const char* kTextCode = R"(
def block(self, x: Tensor, mask: Tensor, weight: Tensor) -> Tensor:
    seen = mask.to(x.dtype).unsqueeze(2)
    context = (x * seen).sum(dim=1, keepdim=True) / seen.sum(dim=1, keepdim=True)
    return x + torch.tanh(torch.linear(x + context, weight))

def run(self, x: Tensor, mask: Tensor, first: int) -> Tensor:
    if first <= 0:
        x = self.block(x, mask, self.block0)
    if first <= 1:
        x = torch.dropout(self.block(x, mask, self.block1), self.dropout, self.training)
    return x

def prefix(self, ids: Tensor, mask: Tensor, n: int) -> List[Tensor]:
    if n > 2:
        return [ids, mask]
    x = torch.embedding(self.tokens, ids)
    if n == 1:
        x = self.block(x, mask, self.block0)
    return [x, mask]

def suffix(self, state: List[Tensor], n: int) -> Tensor:
    x = state[0]
    if n > 2:
        x = torch.embedding(self.tokens, x)
    return torch.linear(self.run(x, state[1], 2 - n), self.output)

def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
    return self.suffix([ids, mask], 3)
)";

constexpr const char* kTextTokenizer =
    R"json({"version": "1.0", "truncation": null, "padding": null,
  "added_tokens": [], "normalizer": null, "decoder": null,
  "pre_tokenizer": {"type": "Split", "behavior": "Isolated", "invert": false,
                    "pattern": {"Regex": "base_peak|max_peak|extra_peak|Peaks:|."}},
  "post_processor": {"type": "TemplateProcessing", "pair": [],
    "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
               {"Sequence": {"id": "A", "type_id": 0}}],
    "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
  "model": {"type": "WordLevel", "unk_token": "<unk>",
    "vocab": {"<pad>": 0, "<s>": 1, "<unk>": 2, "base_peak": 3, "max_peak": 4, "extra_peak": 5,
              "@": 6, ",": 7, "0": 10, "1": 11, "2": 12, "3": 13, "4": 14, "5": 15, "6": 16,
              "7": 17, "8": 18, "9": 19, "Peaks:": 20, " ": 21}}})json";

constexpr const char* kMoleculeCode = R"(
def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    x = torch.embedding(self.tokens, input_ids)
    x = torch.tanh(torch.linear(x, self.weight))
    mask = attention_mask.to(x.dtype).unsqueeze(2)
    return (x * mask).sum(dim=1) / mask.sum(dim=1)
)";

constexpr const char* kTokenizer = R"({"version": "1.0", "truncation": null, "padding": null,
  "added_tokens": [], "normalizer": null,
  "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "Cl|."},
                    "behavior": "Isolated", "invert": false},
  "post_processor": {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]},
  "decoder": null,
  "model": {"type": "WordLevel", "unk_token": "<unk>",
    "vocab": {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "C": 4, "N": 5, "O": 6, "c": 7}}})";

/// Fixed numbers between -1 and 1.
at::Tensor weights(std::int64_t rows, std::int64_t cols) {
  return at::sin(at::arange(rows * cols, at::kFloat) * 1.7F).reshape({rows, cols});
}

Json rows_of(const at::Tensor& tensor) {
  Json rows = Json::array();
  for (std::int64_t i = 0; i < tensor.size(0); ++i) {
    const at::Tensor row = tensor[i].contiguous();
    const float* first = row.const_data_ptr<float>();
    rows.push_back(std::vector<float>(first, first + row.numel()));
  }
  return rows;
}

torch::jit::Module spectrum_network() {
  torch::jit::Module module("Spectrum");
  module.register_parameter("input", weights(kDim, 2), false);
  module.register_parameter("block0", weights(kDim, kDim), false);
  module.register_parameter("block1", weights(kDim, kDim) * 0.5, false);
  module.register_parameter("output", weights(kDim, kDim) + 0.1, false);
  module.register_attribute("training", c10::BoolType::get(), true);
  module.register_attribute("bf16_linears", c10::BoolType::get(), false);
  module.register_attribute("dropout", c10::FloatType::get(), 0.0);
  module.define(kSpectrumCode);
  return module;
}

Json spectrum_golden(torch::jit::Module& module) {
  const Json spectra = Json::array({{{200.0, 1.1}, {50.0, 0.25}, {120.0, 1.0}},
                                    {{310.5, 1.1}, {75.5, 1.0}, {99.0, 0.5}, {180.25, 0.75}}});
  Json vectors = Json::array();
  module.eval();
  for (const Json& spectrum : spectra) {
    at::Tensor peaks = at::zeros({1, static_cast<std::int64_t>(spectrum.size()), 2});
    for (std::size_t i = 0; i < spectrum.size(); ++i) {
      for (std::int64_t k : {0, 1}) {
        peaks[0][static_cast<std::int64_t>(i)][k] =
            spectrum[i][static_cast<std::size_t>(k)].get<float>();
      }
    }
    vectors.push_back(rows_of(module.forward({peaks}).toTensor())[0]);
  }
  return {{"peaks", spectra}, {"vectors", vectors}};
}

torch::jit::Module text_network() {
  torch::jit::Module module("Text");
  module.register_parameter("tokens", weights(22, kDim), false);
  module.register_parameter("block0", weights(kDim, kDim), false);
  module.register_parameter("block1", weights(kDim, kDim) * 0.5, false);
  module.register_parameter("output", weights(kDim, kDim) + 0.1, false);
  module.register_attribute("training", c10::BoolType::get(), true);
  module.register_attribute("bf16_linears", c10::BoolType::get(), false);
  module.register_attribute("dropout", c10::FloatType::get(), 0.0);
  module.define(kTextCode);
  return module;
}

/// Of the peaks 93 (the base peak) and 121.
Json text_golden(torch::jit::Module& module, std::int64_t first_averaged) {
  module.eval();
  const std::vector<std::int64_t> ids = {1,  20, 21, 3, 6, 19, 13, 7,  4, 6,
                                         11, 12, 11, 7, 4, 6,  11, 12, 11};
  const at::Tensor row = at::tensor(ids, at::kLong).unsqueeze(0);
  const at::Tensor states = module.forward({row, at::ones_like(row)}).toTensor();
  return {{"peaks", {{{0.0, 1.1}, {93.0, 1.0}, {121.0, 0.5}}}},
          {"texts", {"Peaks: base_peak@93,max_peak@121,max_peak@121"}},
          {"input_ids", {ids}},
          {"vectors", rows_of(states.slice(1, first_averaged).mean(1))}};
}

void write_manifest(const fs::path& dir, const std::string& kind, const Json& fields,
                    const ManifestChange& change) {
  Manifest manifest = Manifest::make(kind);
  manifest.json().update(fields);
  if (change) change(manifest.json());
  manifest.write(dir);
}

}  // namespace

void write_tiny_spectrum_encoder(const fs::path& dir, const ManifestChange& change) {
  fs::create_directories(dir);
  torch::jit::Module module = spectrum_network();
  const Json fields = {
      {"architecture", "tiny"},
      {"dim", kDim},
      {"fingerprint", "0123"},
      {"input", {{"peaks", 60}, {"precursor_intensity", 1.1}, {"intensity", "base-peak"}}},
      {"padding", {{"rule", "none"}}},
      {"blocks", {{"block0"}, {"block1"}}},
      {"rest", {"input", "output"}},
      {"golden", spectrum_golden(module)}};
  module.save((dir / "model.pt").string());
  write_manifest(dir, "spectrum-encoder", fields, change);
}

void write_tiny_text_encoder(const fs::path& dir, const ManifestChange& change,
                             BeforePeaks before) {
  fs::create_directories(dir);
  torch::jit::Module module = text_network();
  const Json fields = {{"architecture", "tiny-text"},
                       {"dim", kDim},
                       {"fingerprint", "89ab"},
                       {"input",
                        {{"kind", "text"},
                         {"before", "Peaks: "},
                         {"before_in_mean", before == BeforePeaks::averaged},
                         {"least", 0.005},
                         {"peaks", 30},
                         {"unit_mass", "truncate"},
                         {"max_tokens", 64},
                         {"pad_id", 0}}},
                       {"padding", {{"side", "left"}}},
                       {"blocks", {{"block0"}, {"block1"}}},
                       {"rest", {"tokens", "output"}},
                       {"golden", text_golden(module, before == BeforePeaks::averaged ? 1 : 3)}};
  module.save((dir / "model.pt").string());
  write_file(dir / "tokenizer.json", kTextTokenizer);
  write_manifest(dir, "spectrum-encoder", fields, change);
}

void write_tiny_molecule_encoder(const fs::path& dir, const ManifestChange& change) {
  fs::create_directories(dir);
  torch::jit::Module module("Molecule");
  module.register_parameter("tokens", weights(8, kDim), false);
  module.register_parameter("weight", weights(kDim, kDim), false);
  module.define(kMoleculeCode);
  module.save((dir / "model.pt").string());
  write_file(dir / "tokenizer.json", kTokenizer);
  const at::Tensor ids = at::tensor({1, 4, 4, 6, 2}, at::kLong).unsqueeze(0);
  const Json fields = {
      {"architecture", "roberta"},
      {"dim", kDim},
      {"fingerprint", "4567"},
      {"standard_form", kStandardForm},
      {"input", {{"max_tokens", 32}, {"pad_id", 0}, {"length_multiple", 4}}},
      {"golden",
       {{"smiles", {"CCO"}},
        {"input_ids", {{1, 4, 4, 6, 2}}},
        {"vectors", rows_of(module.forward({ids, at::ones_like(ids)}).toTensor())}}}};
  write_manifest(dir, "molecule-encoder", fields, change);
}

}  // namespace specbridge::test
