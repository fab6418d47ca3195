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
