#include "train/terms/similarity_terms.h"

#include <ATen/ATen.h>

namespace specbridge {
namespace {

constexpr double kNothing = -1e9;  // in place of a cosine that does not count; keeps sums finite

/// [batch, batch], true for each row with itself.
at::Tensor itself(const at::Tensor& square) {
  return at::eye(square.size(0), square.options().dtype(at::kBool));
}

/// [batch, batch], whether two rows are of one molecule; a row is with itself.
at::Tensor one_molecule(const BatchView& batch) {
  return batch.molecules.unsqueeze(1) == batch.molecules.unsqueeze(0);
}

/// [batch, batch], whether two rows have one precursor and no opposite ion modes.
at::Tensor one_precursor(const BatchView& batch, double ppm) {
  const at::Tensor a = batch.precursor_mz.unsqueeze(1), b = batch.precursor_mz.unsqueeze(0);
  const at::Tensor modes = batch.ion_mode.unsqueeze(1) * batch.ion_mode.unsqueeze(0);
  return ((a - b).abs() <= at::maximum(a, b) * (ppm * 1e-6)).logical_and(modes >= 0);
}

at::Tensor cosines_of(const BatchView& batch) {
  return at::matmul(batch.unit, batch.unit.t());
}

/// Mean of the values of the rows that count; 0, with gradients of 0, where none does.
at::Tensor mean_where(const at::Tensor& counts, const at::Tensor& values) {
  const at::Tensor kept = at::where(counts, values, at::zeros_like(values));
  return kept.sum() / counts.sum().clamp_min(1);
}

/// The largest of each row, of the places that count.
at::Tensor largest_where(const at::Tensor& counts, const at::Tensor& values) {
  return values.masked_fill(counts.logical_not(), kNothing).amax(1);
}

/// The mean of each row over the places that count; 0 without any.
at::Tensor mean_of(const at::Tensor& counts, const at::Tensor& values) {
  const at::Tensor kept = at::where(counts, values, at::zeros_like(values));
  return kept.sum(1) / counts.sum(1).clamp_min(1);
}

/// The logarithm of the sum of exponentials of each row over the places that count.
at::Tensor log_sum_of(const at::Tensor& counts, const at::Tensor& values) {
  return at::logsumexp(values.masked_fill(counts.logical_not(), kNothing), {1});
}

}  // namespace

Term supcon_term(double weight, double temperature, Nearness nearness) {
  return {"supcon", weight, [temperature, nearness](const BatchView& batch) {
            const at::Tensor scaled = cosines_of(batch) / temperature;
            const at::Tensor self = itself(scaled);
            const at::Tensor replicate = one_molecule(batch).logical_and(self.logical_not());
            const at::Tensor share = at::log_softmax(scaled.masked_fill(self, kNothing), 1);
            return mean_where(replicate.any(1), nearness == Nearness::all
                                                    ? -mean_of(replicate, share)
                                                    : -log_sum_of(replicate, share));
          }};
}

Term triplet_term(double weight, double margin, double ppm) {
  return {"triplet", weight, [margin, ppm](const BatchView& batch) {
            const at::Tensor cosines = cosines_of(batch);
            const at::Tensor near = one_precursor(batch, ppm), same = one_molecule(batch);
            const at::Tensor replicate =
                same.logical_and(near).logical_and(itself(cosines).logical_not());
            const at::Tensor other = near.logical_and(same.logical_not());
            const at::Tensor loss = at::relu(largest_where(other, cosines) -
                                             largest_where(replicate, cosines) + margin);
            return mean_where(replicate.any(1).logical_and(other.any(1)), loss);
          }};
}

Term tanimoto_term(double weight) {
  return {"tanimoto", weight, [](const BatchView& batch) {
            const at::Tensor bits = batch.targets.index_select(0, batch.molecules);
            const at::Tensor both = at::matmul(bits, bits.t()), number = bits.sum(1);
            const at::Tensor either = number.unsqueeze(1) + number.unsqueeze(0) - both;
            // Two molecules without any bit are as similar as can be.
            const at::Tensor similarity =
                at::where(either > 0, both / either.clamp_min(1), at::ones_like(both));
            const at::Tensor pairs = itself(both).logical_not();
            return mean_where(pairs, (cosines_of(batch) - similarity).square());
          }};
}

}  // namespace specbridge
