#include "library/build/sorted_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "base/text.h"
#include "library/build/distinct_merge.h"
#include "store/block_file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// What a molecule of a run begins with. Its text follows: SMILES, InChIKey, formula, charge, id,
/// name and further values, separated by tabs, none of which holds a tab.
struct RunHead {
  double mass;
  std::uint32_t smiles_length, length;
};

constexpr std::uint64_t kForgetBytes = std::uint64_t{1} << 22;

LabelledMolecule molecule_of(double mass, std::string_view text) {
  const auto fields = split(text, '\t');
  return {{std::string(fields[4]), std::string(fields[5]), {fields.begin() + 6, fields.end()}},
          Molecule::trusted(std::string(fields[0]), std::string(fields[1]), std::string(fields[2]),
                            mass, static_cast<int>(parse_integer(fields[3]).value()))};
}

/// A run on its way to its end.
class RunCursor {
 public:
  RunCursor(const fs::path& file, std::size_t number) : file_(file), number_(number) { advance(); }

  bool done() const noexcept { return text_.empty(); }
  double mass() const noexcept { return head_.mass; }
  std::string_view smiles() const noexcept { return text_.substr(0, head_.smiles_length); }
  std::string_view text() const noexcept { return text_; }
  void advance() {
    text_ = {};
    if (at_ - forgotten_ > kForgetBytes) {
      file_.forget(forgotten_, at_ - forgotten_);
      forgotten_ = at_;
    }
    if (at_ == file_.size()) return;
    std::memcpy(&head_, file_.bytes(at_, sizeof head_).data(), sizeof head_);
    text_ = file_.bytes(at_ + sizeof head_, head_.length);
    at_ += sizeof head_ + head_.length;
  }
  bool before(const RunCursor& other) const {
    if (mass() != other.mass()) return mass() < other.mass();
    const int order = smiles().compare(other.smiles());
    return order != 0 ? order < 0 : number_ < other.number_;
  }

 private:
  BlockFile file_;
  std::size_t number_;
  std::uint64_t at_ = 0, forgotten_ = 0;
  RunHead head_{};
  std::string_view text_;
};

}  // namespace

void MoleculeRun::add(const MoleculeLabels& labels, const Molecule& molecule) {
  std::string text = fmt::format("{}\t{}\t{}\t{}\t{}\t{}", molecule.smiles(), molecule.inchikey(),
                                 molecule.formula(), molecule.charge(), one_line(labels.id),
                                 one_line(labels.name));
  for (const auto& value : labels.further) text += "\t" + one_line(value);
  keys_.push_back({molecule.exact_mass(), texts_.size(),
                   static_cast<std::uint32_t>(molecule.smiles().size()),
                   static_cast<std::uint32_t>(text.size())});
  texts_ += text;
}

std::string_view MoleculeRun::smiles(const Key& key) const {
  return std::string_view(texts_).substr(key.offset, key.smiles_length);
}

void MoleculeRun::write(const fs::path& file) {
  std::sort(keys_.begin(), keys_.end(), [&](const Key& a, const Key& b) {
    if (a.mass != b.mass) return a.mass < b.mass;
    const int order = smiles(a).compare(smiles(b));
    return order != 0 ? order < 0 : a.offset < b.offset;
  });
  BlockWriter out(file);
  for (const Key& key : keys_) {
    const RunHead head{key.mass, key.smiles_length, key.length};
    out.write_values(std::span<const RunHead>(&head, 1));
    out.write(std::string_view(texts_).substr(key.offset, key.length));
  }
  out.finish();
  texts_.clear();
  keys_.clear();
}

struct MergedRuns::Impl {
  DistinctMerge<RunCursor> merge;
};

MergedRuns::MergedRuns(const std::vector<fs::path>& runs) {
  std::vector<std::unique_ptr<RunCursor>> cursors;
  for (const auto& file : runs) {
    cursors.push_back(std::make_unique<RunCursor>(file, cursors.size()));
  }
  impl_ = std::make_unique<Impl>(Impl{DistinctMerge(std::move(cursors))});
}

MergedRuns::~MergedRuns() = default;

std::optional<LabelledMolecule> MergedRuns::next() {
  const RunCursor* cursor = impl_->merge.next();
  if (cursor == nullptr) return {};
  return molecule_of(cursor->mass(), cursor->text());
}

void MergedRuns::skip(std::size_t count) {
  impl_->merge.skip(count);
}

std::size_t MergedRuns::read() const noexcept {
  return impl_->merge.read();
}
std::size_t MergedRuns::duplicates() const noexcept {
  return impl_->merge.duplicates();
}

}  // namespace specbridge
