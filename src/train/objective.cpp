#include "train/objective.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "bridge/projection.h"
#include "train/similarity_terms.h"

namespace specbridge {

Term distance_term() {
  return {"mse", 1, [](const BatchView& batch) {
            const at::Tensor own = batch.targets.index_select(0, batch.molecules);
            return (batch.unit - own).square().sum(-1).mean();
          }};
}

Term contrastive_term(double weight, double temperature) {
  return {"", weight, [temperature](const BatchView& batch) {
            const at::Tensor cosines =
                at::matmul(batch.unit.to(batch.products.scalar_type()), batch.products.t())
                    .to(batch.unit.scalar_type());
            return at::cross_entropy_loss(cosines / temperature, batch.molecules);
          }};
}

namespace {

std::vector<Term> bridge_terms(const TrainSettings& s) {
  return {distance_term(), contrastive_term(s.contrastive_weight, s.contrastive_temperature)};
}

std::vector<Term> similarity_terms(const TrainSettings& s) {
  const Nearness nearness = s.supcon_replicates == "all" ? Nearness::all : Nearness::any;
  return {supcon_term(s.supcon_weight, s.supcon_temperature, nearness),
          triplet_term(s.triplet_weight, s.triplet_margin, s.precursor_ppm),
          tanimoto_term(s.tanimoto_weight)};
}

}  // namespace

Objective::Objective(const TrainSettings& settings)
    : terms_(learns_similarity(settings) ? similarity_terms(settings) : bridge_terms(settings)) {
  std::erase_if(terms_, [](const Term& term) { return term.weight == 0; });
}

BatchLoss Objective::of(const at::Tensor& vectors, BatchView batch) const {
  batch.unit = unit_rows(vectors);
  BatchLoss loss;
  for (const Term& term : terms_) {
    const at::Tensor value = term.value(batch);
    const at::Tensor weighted = term.weight == 1 ? value : term.weight * value;
    loss.total = loss.total.defined() ? loss.total + weighted : weighted;
    loss.values.push_back(value.detach());
  }
  return loss;
}

at::Tensor add_orthogonality(const at::Tensor& map_weight, double weight, Precision precision) {
  const c10::NoGradGuard no_grad;
  const at::Tensor w = map_weight.detach();
  const bool wide = w.size(0) <= w.size(1);
  at::Tensor excess = wide ? at::matmul(w, w.t()) : at::matmul(w.t(), w);
  excess.diagonal().sub_(1);
  if (weight > 0) {
    const auto type = precision == Precision::bfloat16 ? at::kBFloat16 : w.scalar_type();
    const at::Tensor a = (wide ? excess : w).to(type), b = (wide ? w : excess).to(type);
    map_weight.grad().add_(at::matmul(a, b), 4 * weight);
  }
  return excess.square().sum();
}

}  // namespace specbridge
