#include "train/objective.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "bridge/projection.h"
#include "train/terms/bridge_terms.h"
#include "train/terms/similarity_terms.h"

namespace specbridge {

namespace {

std::vector<Term> bridge_terms(const TrainSettings& s, const c10::Device& device) {
  return {distance_term(s.distance_weight),
          contrastive_term(s.contrastive_weight, s.contrastive_temperature),
          infonce_term(s.infonce_weight, s.infonce_temperature, device),
          infonce_dual_term(
              s.infonce_dual_weight, s.infonce_dual_temperature,
              s.infonce_dual_temperature_trains ? Temperature::trains : Temperature::stays, device),
          decoy_term(s.decoy_weight, s.decoy_temperature)};
}

std::vector<Term> similarity_terms(const TrainSettings& s) {
  const Nearness nearness = s.supcon_replicates == "all" ? Nearness::all : Nearness::any;
  return {supcon_term(s.supcon_weight, s.supcon_temperature, nearness),
          triplet_term(s.triplet_weight, s.triplet_margin, s.precursor_ppm),
          tanimoto_term(s.tanimoto_weight)};
}

/// The rows of one process.
BatchView rows_of(const Share& share, const BatchView& batch) {
  BatchView rows = batch;
  for (at::Tensor* tensor :
       {&rows.unit, &rows.molecules, &rows.precursor_mz, &rows.ion_mode, &rows.decoys}) {
    if (tensor->defined()) *tensor = tensor->narrow(0, share.begin, share.size);
  }
  return rows;
}

/// What a term comes to; of a share its part.
at::Tensor value_of(const Term& term, const BatchView& batch) {
  if (!batch.share || term.sees == Sees::batch) return term.value(batch);
  if (batch.share->size == 0) return at::zeros({}, batch.unit.options());
  const double part =
      static_cast<double>(batch.share->size) / static_cast<double>(batch.unit.size(0));
  return term.value(rows_of(*batch.share, batch)) * part;
}

}  // namespace

Objective::Objective(const TrainSettings& settings, const c10::Device& device)
    : terms_(learns_similarity(settings) ? similarity_terms(settings)
                                         : bridge_terms(settings, device)) {
  std::erase_if(terms_, [](const Term& term) { return term.weight == 0; });
}

std::vector<Parameter> Objective::parameters() const {
  std::vector<Parameter> parameters;
  for (const Term& term : terms_) {
    if (!term.log_temperature.defined()) continue;
    parameters.push_back(
        {kObjectivePrefix + term.logged_as + ".log_temperature", term.log_temperature});
  }
  return parameters;
}

BatchLoss Objective::of(const at::Tensor& vectors, BatchView batch) const {
  batch.unit = unit_rows(vectors);
  BatchLoss loss;
  for (const Term& term : terms_) {
    const at::Tensor value = value_of(term, batch);
    const at::Tensor weighted = term.weight == 1 ? value : term.weight * value;
    loss.total = loss.total.defined() ? loss.total + weighted : weighted;
    loss.values.push_back(value.detach());
    if (term.log_temperature.defined()) {
      loss.temperatures.push_back(term.log_temperature.detach().exp().squeeze());
    }
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
