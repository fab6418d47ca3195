#include "search/references/joined_stores.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace specbridge {
namespace {

/// Calls visit(range, second) for the parts of a set that lie in the first store, or in the second,
/// whose rows are then its own.
template <typename Visit>
void for_each_part(const RowSet& rows, std::size_t first_rows, Visit&& visit) {
  rows.for_each_range([&](const RowRange& range) {
    const std::size_t middle = std::clamp(first_rows, range.first, range.last);
    if (middle > range.first) visit(RowRange{range.first, middle}, false);
    if (range.last > middle) visit(RowRange{middle - first_rows, range.last - first_rows}, true);
  });
}

}  // namespace

StructureKey JoinedMolecules::structure(std::size_t row) const {
  return row < first_.rows() ? first_.structure(row) : second_.structure(row - first_.rows());
}

double JoinedMolecules::mass(std::size_t row) const {
  return row < first_.rows() ? first_.mass(row) : second_.mass(row - first_.rows());
}

MoleculeText JoinedMolecules::text(std::size_t row) const {
  if (row < first_.rows()) return first_.text(row);
  MoleculeText text = second_.text(row - first_.rows());
  text.further.resize(first_.further_columns().size());
  return text;
}

JoinedVectors::JoinedVectors(const MoleculeLibrary& library, const SpectralLibrary& spectra)
    : first_(library.vectors()),
      second_(spectra.molecule_encoder_fingerprint() == library.molecule_encoder_fingerprint()
                  ? spectra.molecule_vectors()
                  : nullptr),
      first_rows_(library.rows()),
      second_rows_(spectra.molecules().rows()) {}

void JoinedVectors::scores(std::span<const float> query, const RowSet& rows,
                           std::span<float> scores) const {
  check_sizes(*this, query, rows, scores);
  std::size_t done = 0;
  for_each_part(rows, first_rows_, [&](const RowRange& part, bool second) {
    const auto to = scores.subspan(done, part.size());
    done += part.size();
    if (!second) {
      first_.scores(query, RowSet({part}), to);
    } else if (second_ != nullptr) {
      second_->scores(query, RowSet({part}), to);
    } else {
      std::ranges::fill(to, std::numeric_limits<float>::quiet_NaN());
    }
  });
}

void JoinedVectors::scores_of_many(std::span<const ScoreRequest> requests,
                                   const RunContext& context) const {
  std::deque<RowSet> parts;  // stay where they are
  std::vector<ScoreRequest> of_first, of_second;
  for (const ScoreRequest& request : requests) {
    check_sizes(*this, request.query, *request.rows, request.scores);
    std::size_t done = 0;
    for_each_part(*request.rows, first_rows_, [&](const RowRange& part, bool second) {
      const auto to = request.scores.subspan(done, part.size());
      done += part.size();
      if (second && second_ == nullptr) {
        return void(std::ranges::fill(to, std::numeric_limits<float>::quiet_NaN()));
      }
      parts.emplace_back(std::vector<RowRange>{part});
      (second ? of_second : of_first).push_back({request.query, &parts.back(), to});
    });
  }
  first_.scores_of_many(of_first, context);
  if (second_ != nullptr) second_->scores_of_many(of_second, context);
}

void JoinedVectors::decode(const RowSet& rows, std::span<float> vectors) const {
  std::size_t done = 0;
  for_each_part(rows, first_rows_, [&](const RowRange& part, bool second) {
    const auto to = vectors.subspan(done * dim(), part.size() * dim());
    done += part.size();
    if (!second) {
      first_.decode(RowSet({part}), to);
    } else if (second_ != nullptr) {
      second_->decode(RowSet({part}), to);
    } else {
      std::ranges::fill(to, 0.0F);
    }
  });
}

std::unique_ptr<RowStore> JoinedVectors::at_hand(std::span<const std::size_t> rows) const {
  const auto second = std::ranges::lower_bound(rows, first_rows_);
  if (second == rows.begin()) return nullptr;  // those of the second always are
  auto first = first_.at_hand(rows.first(static_cast<std::size_t>(second - rows.begin())));
  if (!first) return nullptr;
  return std::unique_ptr<RowStore>(new JoinedVectors(*this, std::move(first)));
}

void NoVectors::scores(std::span<const float>, const RowSet&, std::span<float> scores) const {
  std::ranges::fill(scores, std::numeric_limits<float>::quiet_NaN());
}

}  // namespace specbridge
