#include "train/terms/decoy_table.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace specbridge {

void put_nearest_first(DecoyTable& table, const Matrix& targets) {
  for (std::size_t molecule = 0; molecule < table.of.size(); ++molecule) {
    std::vector<std::pair<float, std::uint32_t>> ranked;
    for (const std::uint32_t row : table.of[molecule]) {
      ranked.emplace_back(-dot(targets.row(molecule), std::as_const(table.vectors).row(row)), row);
    }
    std::ranges::sort(ranked);
    for (std::size_t i = 0; i < ranked.size(); ++i) table.of[molecule][i] = ranked[i].second;
  }
}

at::Tensor chosen_decoys(const DecoyTable& table, std::span<const std::int64_t> molecules,
                         std::size_t most, double progress) {
  at::Tensor rows =
      at::full({static_cast<std::int64_t>(molecules.size()), static_cast<std::int64_t>(most)}, -1,
               at::kLong);
  std::int64_t* place = rows.mutable_data_ptr<std::int64_t>();
  for (const std::int64_t molecule : molecules) {
    const auto& all = table.of[static_cast<std::size_t>(molecule)];
    const std::size_t spare = all.size() > most ? all.size() - most : 0;
    const auto first =
        static_cast<std::size_t>(std::llround((1 - progress) * static_cast<double>(spare)));
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(first), std::min(most, all.size()),
                place);
    place += most;
  }
  return rows;
}

}  // namespace specbridge
