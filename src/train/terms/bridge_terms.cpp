#include "train/terms/bridge_terms.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

#include "bridge/projection.h"

namespace specbridge {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

at::Tensor own_targets(const BatchView& batch) {
  return batch.targets.index_select(0, batch.molecules);
}

at::Tensor logarithm_of(double temperature, const c10::Device& device) {
  return at::full({1}, std::log(temperature), at::TensorOptions().dtype(at::kFloat).device(device));
}

/// @param like what is to be divided by it
at::Tensor temperature_of(const at::Tensor& logarithm, const at::Tensor& like) {
  constexpr double kLeast = 1e-6;
  return logarithm.to(like.scalar_type()).exp().clamp_min(kLeast);
}

/// Cosine / temperature of spectra [batch] with the molecules of a batch [batch]; the same molecule
/// in another place does not count.
at::Tensor among_molecules(const BatchView& batch, const at::Tensor& logarithm) {
  const at::Tensor cosines = at::matmul(batch.unit, own_targets(batch).t());
  const at::Tensor places = at::arange(batch.molecules.size(0), batch.molecules.options());
  const at::Tensor same = batch.molecules.unsqueeze(0) == batch.molecules.unsqueeze(1);
  const at::Tensor others = same & (places.unsqueeze(0) != places.unsqueeze(1));
  return (cosines / temperature_of(logarithm, cosines)).masked_fill(others, kNever);
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
  const at::Tensor logarithm = logarithm_of(temperature, device);
  const auto value = [logarithm](const BatchView& batch) {
    const at::Tensor logits = among_molecules(batch, logarithm);
    const at::Tensor places = at::arange(batch.molecules.size(0), batch.molecules.options());
    return (at::cross_entropy_loss(logits, places) + at::cross_entropy_loss(logits.t(), places)) /
           2;
  };
  return {"infonce", weight, value, logarithm};
}

Term infonce_dual_term(double weight, double temperature, Temperature rule,
                       const c10::Device& device) {
  const at::Tensor logarithm = logarithm_of(temperature, device);
  const auto value = [logarithm](const BatchView& batch) {
    const at::Tensor logits = among_molecules(batch, logarithm);
    const at::Tensor places = at::arange(batch.molecules.size(0), batch.molecules.options());
    const at::Tensor spectra =
        at::cat({batch.unit.unsqueeze(1), unit_rows(batch.copies)}, 1);  // its own first
    const at::Tensor cosines = at::bmm(spectra, own_targets(batch).unsqueeze(2)).squeeze(2);
    const at::Tensor among_copies = cosines / temperature_of(logarithm, cosines);
    return (at::cross_entropy_loss(logits, places) +
            at::cross_entropy_loss(among_copies, at::zeros_like(places))) /
           2;
  };
  return {"infonce_dual", weight, value, rule == Temperature::trains ? logarithm : at::Tensor()};
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
