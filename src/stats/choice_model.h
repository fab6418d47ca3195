#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace specbridge {

/// Numbers that describe alternatives, [alternatives, kinds].
class AlternativeTable {
 public:
  explicit AlternativeTable(std::size_t kinds) : kinds_(kinds) {}

  std::size_t kinds() const noexcept { return kinds_; }
  std::size_t size() const noexcept { return kinds_ == 0 ? 0 : values_.size() / kinds_; }
  void add(std::span<const double> row) { values_.insert(values_.end(), row.begin(), row.end()); }
  std::span<const double> row(std::size_t i) const {
    return std::span(values_).subspan(i * kinds_, kinds_);
  }
  std::span<double> row(std::size_t i) { return std::span(values_).subspan(i * kinds_, kinds_); }

 private:
  std::size_t kinds_;
  std::vector<double> values_;
};

/// Alternatives of which one was chosen.
struct Choice {
  std::vector<std::size_t> rows;  ///< of the table
  std::size_t chosen = 0;         ///< position in `rows`
  double weight = 1;
};

/// The spread of each kind within choices: root of the mean square difference from the mean of the
/// choice; 1 where there is none. [kinds]
std::vector<double> spread_within(const AlternativeTable& table, std::span<const Choice> choices);
/// Divides each kind by its spread within choices, which it returns [kinds].
std::vector<double> scale_to_unit_spread(AlternativeTable& table, std::span<const Choice> choices);

/// Conditional logistic regression: the weights [kinds] under which what was chosen is most likely,
/// when the chance of an alternative is a softmax over its choice. Newton's method on the
/// likelihood less `ridge` / 2 times the squares of the weights; kinds should be of unit spread.
/// Source: McFadden, "Conditional logit analysis of qualitative choice behavior", 1974.
std::vector<double> choice_weights(const AlternativeTable& table,
                                   std::span<const Choice* const> choices, double ridge);

}  // namespace specbridge
