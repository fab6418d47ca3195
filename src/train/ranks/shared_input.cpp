#include "train/ranks/shared_input.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace specbridge {
namespace {

using SharedNumbers = std::vector<std::int64_t>;

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

template <typename List>
void share_size(List& list, Communicator& ranks) {
  list.resize(
      static_cast<std::size_t>(ranks.told({static_cast<std::int64_t>(list.size())}).front()));
}

/// A list of any length, and lists of lists one behind the other, with the length of each.
template <typename Number>
void share_list(std::vector<Number>& list, Communicator& ranks) {
  share_size(list, ranks);
  broadcast_numbers(std::span(list), ranks);
}

template <typename List>
void share_lists(const std::vector<List*>& lists, Communicator& ranks) {
  SharedNumbers sizes;
  std::vector<typename List::value_type> all;
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
  SharedNumbers molecules_and_modes;
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
  share_lists(rows, ranks);
}

/// The same list of each spectrum.
template <typename List>
void share_of_each(std::vector<ToldSpectrum>& spectra, List ToldSpectrum::*of,
                   Communicator& ranks) {
  std::vector<List*> lists;
  for (ToldSpectrum& spectrum : spectra) lists.push_back(&(spectrum.*of));
  share_lists(lists, ranks);
}

void share_spectra(std::vector<ToldSpectrum>& spectra, Communicator& ranks) {
  share_size(spectra, ranks);
  share_of_each(spectra, &ToldSpectrum::smiles, ranks);
  share_of_each(spectra, &ToldSpectrum::vector, ranks);
  share_of_each(spectra, &ToldSpectrum::nearest, ranks);
  share_of_each(spectra, &ToldSpectrum::nearest_others, ranks);
  std::vector<std::vector<float>*> peaks;
  for (ToldSpectrum& spectrum : spectra) peaks.push_back(&spectrum.peaks.rows);
  share_lists(peaks, ranks);
}

}  // namespace

void share_input(TextTraining& input, Communicator& ranks) {
  if (ranks.alone()) return;
  share_size(input.language, ranks);
  std::vector<std::string*> texts;
  for (std::string& text : input.language) texts.push_back(&text);
  share_lists(texts, ranks);
  share_spectra(input.spectra, ranks);
  share_list(input.weights, ranks);
  share_matrix(input.candidates, ranks);
}

void share_input(TrainingInput& input, Communicator& ranks) {
  if (ranks.alone()) return;
  share_examples(input.examples, ranks);
  share_matrix(input.targets, ranks);
  share_matrix(input.decoys.vectors, ranks);
  auto& decoys = input.decoys.of;
  share_size(decoys, ranks);
  std::vector<std::vector<std::uint32_t>*> lists;
  for (auto& list : decoys) lists.push_back(&list);
  share_lists(lists, ranks);
}

}  // namespace specbridge
