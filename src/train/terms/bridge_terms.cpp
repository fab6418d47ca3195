#include "train/terms/bridge_terms.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

namespace specbridge {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

at::Tensor own_targets(const BatchView& batch) {
  return batch.targets.index_select(0, batch.molecules);
}

/// Spectra of a batch that others hold are nothing to it.
Term by_spectrum(Term term) {
  term.sees = Sees::spectrum;
  return term;
}

}  // namespace

Term distance_term(double weight) {
  return by_spectrum({"mse", weight, [](const BatchView& batch) {
                        return (batch.unit - own_targets(batch)).square().sum(-1).mean();
                      }});
}

Term contrastive_term(double weight, double temperature) {
  return by_spectrum({"contrastive", weight, [temperature](const BatchView& batch) {
                        const at::Tensor cosines =
                            at::matmul(batch.unit.to(batch.products.scalar_type()),
                                       batch.products.t())
                                .to(batch.unit.scalar_type());
                        return at::cross_entropy_loss(cosines / temperature, batch.molecules);
                      }});
}

Term infonce_term(double weight, double temperature, const c10::Device& device) {
  constexpr double kLeast = 1e-6;
  const at::Tensor logarithm =
      at::full({1}, std::log(temperature), at::TensorOptions().dtype(at::kFloat).device(device));
  const auto value = [logarithm](const BatchView& batch) {
    const at::Tensor cosines = at::matmul(batch.unit, own_targets(batch).t());
    const at::Tensor scale = logarithm.to(cosines.scalar_type()).exp().clamp_min(kLeast);
    const at::Tensor places = at::arange(batch.molecules.size(0), batch.molecules.options());
    const at::Tensor same = batch.molecules.unsqueeze(0) == batch.molecules.unsqueeze(1);
    const at::Tensor others = same & (places.unsqueeze(0) != places.unsqueeze(1));
    const at::Tensor logits = (cosines / scale).masked_fill(others, kNever);
    return (at::cross_entropy_loss(logits, places) + at::cross_entropy_loss(logits.t(), places)) /
           2;
  };
  return {"infonce", weight, value, logarithm};
}

Term decoy_term(double weight, double temperature) {
  return by_spectrum(
      {"decoy_loss", weight, [temperature](const BatchView& batch) {
         const std::int64_t spectra = batch.decoys.size(0), most = batch.decoys.size(1);
         const at::Tensor vectors =
             batch.decoy_vectors.index_select(0, batch.decoys.clamp_min(0).view({-1}))
                 .view({spectra, most, -1});
         const at::Tensor cosines = at::bmm(vectors, batch.unit.unsqueeze(2)).squeeze(2);
         const at::Tensor own = (batch.unit * own_targets(batch)).sum(-1, true);
         const at::Tensor logits =
             at::cat({own, cosines.masked_fill(batch.decoys < 0, kNever)}, 1) / temperature;
         return at::cross_entropy_loss(logits, at::zeros_like(batch.molecules));
       }});
}

}  // namespace specbridge
