#include "decode/beam_search.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/random.h"

namespace specbridge {
namespace {

/// A sequence with a token that may follow it; or one that has ended and stays as it is.
struct Continuation {
  double log_probability;
  std::size_t sequence;  ///< among the present ones
  Token token;           ///< the end: nothing follows
};

bool ranks_before(const Continuation& a, const Continuation& b) {
  if (a.log_probability != b.log_probability) return a.log_probability > b.log_probability;
  return std::pair(a.sequence, a.token) < std::pair(b.sequence, b.token);
}

/// What follows the open ones of some sequences, one call of the decoder for all of them.
class Followers {
 public:
  Followers(DecoderStep& decoder, SpecialTokens special, const SequenceRule* rule)
      : decoder_(decoder), special_(special), rule_(rule) {}

  /// @param parents of each sequence the sequence of the last call that it goes on from
  /// @return [open sequences, vocabulary], and the rule applied
  Matrix of(std::span<const Sequence> sequences, std::span<const std::size_t> parents) {
    std::vector<std::size_t> rows;
    std::vector<Token> last;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      if (sequences[i].ended) continue;
      open.push_back(i);
      rows.push_back(parents[i]);
      last.push_back(sequences[i].tokens.empty() ? special_.start : sequences[i].tokens.back());
    }
    Matrix logarithms = decoder_.next(rows, last);
    for (std::size_t row = 0; row < open.size(); ++row) {
      logarithms.row(row)[special_.start] = kNever;
      if (rule_ != nullptr) rule_->limit(sequences[open[row]].tokens, logarithms.row(row));
    }
    return logarithms;
  }

  bool may_end(const Sequence& sequence) const {
    return rule_ == nullptr || rule_->accepts(sequence.tokens);
  }
  Token end() const { return special_.end; }

 private:
  DecoderStep& decoder_;
  SpecialTokens special_;
  const SequenceRule* rule_;
};

/// The better first, as a heap wants it.
bool heaps_below(const Continuation& a, const Continuation& b) {
  return ranks_before(b, a);
}

/// All continuations of all sequences, as a heap: few of them are looked at, the best first.
std::vector<Continuation> continuations(std::span<const Sequence> sequences,
                                        const Matrix& logarithms, Token end) {
  std::vector<Continuation> all;
  std::size_t row = 0;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    if (sequences[i].ended) {
      all.push_back({sequences[i].log_probability, i, end});
      continue;
    }
    const std::span<const float> next = logarithms.row(row++);
    for (Token token = 0; token < next.size(); ++token) {
      if (next[token] == kNever) continue;
      all.push_back({sequences[i].log_probability + next[token], i, token});
    }
  }
  std::ranges::make_heap(all, heaps_below);
  return all;
}

Sequence followed(const Sequence& sequence, const Continuation& by, Token end) {
  Sequence longer = sequence;
  longer.log_probability = by.log_probability;
  if (by.token == end) {
    longer.ended = true;
  } else {
    longer.tokens.push_back(by.token);
  }
  return longer;
}

/// The beams of the next step, and of each the row of the decoder's last call it goes on from.
struct Beams {
  std::vector<Sequence> sequences;
  std::vector<std::size_t> parents;
};

Beams best_of(const Beams& present, const Matrix& logarithms, const Followers& followers,
              std::size_t beams) {
  std::vector<std::size_t> row_of(present.sequences.size());
  std::size_t rows = 0;
  for (std::size_t i = 0; i < row_of.size(); ++i) {
    row_of[i] = rows;
    rows += present.sequences[i].ended ? 0 : 1;
  }
  Beams next;
  auto left = continuations(present.sequences, logarithms, followers.end());
  while (!left.empty() && next.sequences.size() < beams) {
    std::ranges::pop_heap(left, heaps_below);
    const Continuation one = left.back();
    left.pop_back();
    const Sequence& before = present.sequences[one.sequence];
    const bool ends = !before.ended && one.token == followers.end();
    if (ends && !followers.may_end(before)) continue;
    next.sequences.push_back(followed(before, one, followers.end()));
    next.parents.push_back(row_of[one.sequence]);
  }
  return next;
}

bool all_ended(std::span<const Sequence> sequences) {
  return std::ranges::all_of(sequences, &Sequence::ended);
}

/// Ends what may end as it is, where nothing may become longer; the rest is cut off.
void end_here(std::vector<Sequence>& sequences, const Matrix& logarithms,
              const Followers& followers) {
  std::size_t row = 0;
  for (Sequence& sequence : sequences) {
    if (sequence.ended) continue;
    const float logarithm = logarithms.row(row++)[followers.end()];
    if (logarithm == kNever || !followers.may_end(sequence)) continue;
    sequence.log_probability += logarithm;
    sequence.ended = true;
  }
}

/// The best first; what was cut off behind.
void put_in_order(std::vector<Sequence>& sequences) {
  std::ranges::stable_sort(sequences, [](const Sequence& a, const Sequence& b) {
    return std::pair(a.ended, a.log_probability) > std::pair(b.ended, b.log_probability);
  });
}

/// Draws a token by its probability. @return the vocabulary's size where nothing may follow
Token drawn(std::span<const float> logarithms, double temperature, Random& random) {
  const float highest = std::ranges::max(logarithms);
  if (highest == kNever) return static_cast<Token>(logarithms.size());
  std::vector<double> sums;
  double sum = 0;
  for (const float logarithm : logarithms) {
    sum += std::exp((static_cast<double>(logarithm) - highest) / temperature);
    sums.push_back(sum);
  }
  const double place = random.uniform() * sum;
  return static_cast<Token>(std::ranges::upper_bound(sums, place) - sums.begin());
}

}  // namespace

std::vector<Sequence> beam_search(DecoderStep& decoder, SpecialTokens special,
                                  const BeamOptions& options, const SequenceRule* rule) {
  Followers followers(decoder, special, rule);
  decoder.begin();
  Beams beams = {{Sequence{}}, {0}};
  for (std::size_t length = 0; !all_ended(beams.sequences); ++length) {
    const Matrix logarithms = followers.of(beams.sequences, beams.parents);
    if (length == options.most_tokens) {
      end_here(beams.sequences, logarithms, followers);
      break;
    }
    Beams next = best_of(beams, logarithms, followers, options.beams);
    if (next.sequences.empty()) break;
    beams = std::move(next);
  }
  put_in_order(beams.sequences);
  return std::move(beams.sequences);
}

std::vector<Sequence> sample_sequences(DecoderStep& decoder, SpecialTokens special,
                                       const SamplingOptions& options, const SequenceRule* rule) {
  Followers followers(decoder, special, rule);
  std::vector<Sequence> found;
  for (std::size_t i = 0; i < options.sequences; ++i) {
    Random random(options.seed, i);
    Sequence sequence;
    decoder.begin();
    while (!sequence.ended && sequence.tokens.size() <= options.most_tokens) {
      const Matrix logarithms = followers.of({&sequence, 1}, std::vector<std::size_t>{0});
      const Token token = drawn(logarithms.row(0), options.temperature, random);
      if (token == logarithms.cols()) break;
      const bool ends = token == special.end;
      if (ends ? !followers.may_end(sequence) : sequence.tokens.size() == options.most_tokens)
        break;
      sequence = followed(sequence, {sequence.log_probability + logarithms.row(0)[token], 0, token},
                          special.end);
    }
    found.push_back(std::move(sequence));
  }
  return found;
}

}  // namespace specbridge
