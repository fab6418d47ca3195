#include "train/ranks/shared_input.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace specbridge {
namespace {

using Numbers = std::vector<std::int64_t>;

/// Numbers of rank 0, in place; the others have as many.
template <typename Number>
void broadcast_numbers(std::span<Number> numbers, Communicator& ranks) {
  if (numbers.empty()) return;
  // Bytes: an operation of its own for each type gains nothing.
  ranks.broadcast(
      at::from_blob(numbers.data(), {static_cast<std::int64_t>(numbers.size_bytes())}, at::kByte));
}

void share_matrix(Matrix& matrix, Communicator& ranks) {
  const auto size = ranks.told(
      {static_cast<std::int64_t>(matrix.rows()), static_cast<std::int64_t>(matrix.cols())});
  if (!ranks.leads()) {
    matrix = Matrix(static_cast<std::size_t>(size[0]), static_cast<std::size_t>(size[1]));
  }
  broadcast_numbers(matrix.values(), ranks);
}

/// A list of any length, and lists of lists one behind the other, with the length of each.
template <typename Number>
void share_list(std::vector<Number>& list, Communicator& ranks) {
  list.resize(
      static_cast<std::size_t>(ranks.told({static_cast<std::int64_t>(list.size())}).front()));
  broadcast_numbers(std::span(list), ranks);
}

template <typename Number>
void share_lists(std::vector<std::vector<Number>*> lists, Communicator& ranks) {
  Numbers sizes;
  std::vector<Number> all;
  for (const auto* list : lists) {
    sizes.push_back(static_cast<std::int64_t>(list->size()));
    all.insert(all.end(), list->begin(), list->end());
  }
  share_list(sizes, ranks);
  share_list(all, ranks);
  auto from = all.begin();
  for (std::size_t i = 0; i < lists.size() && !ranks.leads(); ++i) {
    lists[i]->assign(from, from + sizes[i]);
    from += sizes[i];
  }
}

void share_examples(std::vector<Example>& examples, Communicator& ranks) {
  Numbers molecules_and_modes;
  for (const Example& example : examples) {
    molecules_and_modes.push_back(static_cast<std::int64_t>(example.molecule));
    molecules_and_modes.push_back(example.ion_mode);
  }
  share_list(molecules_and_modes, ranks);
  examples.resize(molecules_and_modes.size() / 2);
  std::vector<std::vector<float>*> rows;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    examples[i].molecule = static_cast<std::size_t>(molecules_and_modes[2 * i]);
    examples[i].ion_mode = static_cast<int>(molecules_and_modes[2 * i + 1]);
    rows.push_back(&examples[i].input.rows);
  }
  share_lists(std::move(rows), ranks);
}

}  // namespace

void share_input(TrainingInput& input, Communicator& ranks) {
  if (ranks.alone()) return;
  share_examples(input.examples, ranks);
  share_matrix(input.targets, ranks);
  share_matrix(input.decoys.vectors, ranks);
  auto& decoys = input.decoys.of;
  decoys.resize(
      static_cast<std::size_t>(ranks.told({static_cast<std::int64_t>(decoys.size())}).front()));
  std::vector<std::vector<std::uint32_t>*> lists;
  for (auto& list : decoys) lists.push_back(&list);
  share_lists(std::move(lists), ranks);
}

}  // namespace specbridge
