#pragma once

#include <cstddef>
#include <memory>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace specbridge {

/// Sorted sources of molecules as one, in order of mass, then SMILES. Of equal molecules that of
/// the source which comes before() the others is given, the others count as repeated. Cursor:
/// mass(), smiles(), done(), advance(), and before() in that order.
template <typename Cursor>
class DistinctMerge {
 public:
  explicit DistinctMerge(std::vector<std::unique_ptr<Cursor>> cursors)
      : cursors_(std::move(cursors)) {
    for (const auto& cursor : cursors_) {
      if (!cursor->done()) waiting_.push(cursor.get());
    }
  }

  /// The source that is at the next molecule, where it stays until the next call; nullptr at the
  /// end.
  const Cursor* next() {
    if (given_ != nullptr) pass(*std::exchange(given_, nullptr));
    while (!waiting_.empty() && repeats(*waiting_.top())) {
      ++duplicates_;
      pass(*waiting_.top());
    }
    if (waiting_.empty()) return nullptr;
    given_ = waiting_.top();
    mass_ = given_->mass();
    smiles_ = given_->smiles();
    return given_;
  }
  /// Passes over molecules.
  void skip(std::size_t count) {
    while (count > 0 && next() != nullptr) --count;
  }
  std::size_t read() const noexcept { return read_; }              ///< with the repeated ones
  std::size_t duplicates() const noexcept { return duplicates_; }  ///< repeated ones among them

 private:
  struct ComesLater {
    bool operator()(const Cursor* a, const Cursor* b) const { return b->before(*a); }
  };

  bool repeats(const Cursor& cursor) const {
    return cursor.mass() == mass_ && cursor.smiles() == smiles_;
  }
  /// Moves the source on that is first.
  void pass(Cursor& cursor) {
    waiting_.pop();
    ++read_;
    cursor.advance();
    if (!cursor.done()) waiting_.push(&cursor);
  }

  std::vector<std::unique_ptr<Cursor>> cursors_;
  std::priority_queue<Cursor*, std::vector<Cursor*>, ComesLater> waiting_;
  Cursor* given_ = nullptr;
  double mass_ = -1;  // of the molecule that was given last
  std::string smiles_;
  std::size_t read_ = 0, duplicates_ = 0;
};

}  // namespace specbridge
