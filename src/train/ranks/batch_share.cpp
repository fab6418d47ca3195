#include "train/ranks/batch_share.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace specbridge {

std::optional<Share> share_of(std::size_t batch, const Communicator& ranks) {
  if (ranks.alone()) return {};
  const std::size_t each = batch / ranks.count(), more = batch % ranks.count();
  return Share{static_cast<std::int64_t>(ranks.rank() * each + std::min(ranks.rank(), more)),
               static_cast<std::int64_t>(each + (ranks.rank() < more ? 1 : 0))};
}

at::Tensor gathered(const at::Tensor& own, const Share& share, std::size_t batch,
                    const Objective& objective, Communicator& ranks) {
  const std::int64_t end = share.begin + share.size, rows = static_cast<std::int64_t>(batch);
  std::vector<std::int64_t> sizes = own.sizes().vec();
  sizes[0] = rows;
  const at::Tensor all = at::zeros(sizes, own.options().requires_grad(false));
  all.narrow(0, share.begin, share.size).copy_(own.detach());
  // All but one of the numbers added are 0: the sum is exact.
  const auto sees_batch = [](const Term& term) { return term.sees == Sees::batch; };
  if (std::ranges::any_of(objective.terms(), sees_batch)) ranks.sum(all);
  return at::cat({all.narrow(0, 0, share.begin), own, all.narrow(0, end, rows - end)});
}

bool join_shares(BatchLoss& loss, const Objective& objective, const FlatParameters& parameters,
                 Communicator& ranks, bool interrupted) {
  if (!ranks.leads()) {
    for (const Parameter& whole : objective.parameters()) whole.tensor.grad().zero_();
  }
  ranks.sum(parameters.gradient());
  const auto& terms = objective.terms();
  at::Tensor figures = at::stack(loss.values);
  for (std::size_t i = 0; i < terms.size() && !ranks.leads(); ++i) {
    if (terms[i].sees == Sees::batch) figures[static_cast<std::int64_t>(i)].zero_();
  }
  figures = at::cat({figures, at::full({1}, interrupted ? 1 : 0, figures.options())});
  ranks.sum(figures);
  loss.total = at::zeros({}, figures.options());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    loss.values[i] = figures[static_cast<std::int64_t>(i)];
    loss.total = loss.total + terms[i].weight * loss.values[i];
  }
  return figures[static_cast<std::int64_t>(terms.size())].item<double>() > 0;
}

}  // namespace specbridge
