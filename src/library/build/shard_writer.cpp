#include "library/build/shard_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/matrix.h"
#include "chem/standard_form.h"
#include "index/row_store.h"
#include "index/row_writer.h"
#include "index/vector_index.h"
#include "library/build/molecule_files.h"
#include "library/layout.h"
#include "specbridge/error.h"
#include "store/block_file.h"
#include "store/manifest.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kAddRows = 8192;  // vectors handed to the index at a time

/// The rows of a shard that was written, and the files that they lie in.
struct WrittenRows {
  BlockFile vectors;
  std::optional<BlockFile> scales;
  std::unique_ptr<StoredRows> rows;

  WrittenRows(const fs::path& dir, RowType type, std::size_t count, std::size_t dim)
      : vectors(dir / vectors_file_name(type)) {
    if (type == RowType::i8) scales.emplace(dir / kScalesFile);
    rows = open_rows(type, vectors, scales ? &*scales : nullptr, count, dim);
  }
  Matrix decode(const RowSet& set) const {
    Matrix values(set.size(), rows->dim());
    rows->decode(set, values.values());
    return values;
  }
};

/// Rows spread evenly over the file: masses of all sizes are in the sample.
Matrix evenly_spread(const WrittenRows& written, std::size_t wanted) {
  const std::size_t rows = written.rows->rows(), count = std::min(rows, wanted);
  RowSet::Rows sample(count);
  for (std::size_t i = 0; i < count; ++i) sample[i] = i * rows / count;
  Matrix values = written.decode(RowSet(std::move(sample)));
  written.vectors.forget(0, written.vectors.size());
  return values;
}

std::unique_ptr<VectorIndex> index_over(const WrittenRows& written, const std::string& kind,
                                        const RunContext& context) {
  const std::size_t rows = written.rows->rows();
  auto index = make_index(kind, written.rows->dim());
  if (index->wanted_sample() > 0) {
    context.info(fmt::format("training the index \"{}\"", kind));
    index->train(evenly_spread(written, index->wanted_sample()).view());
  }
  const std::uint64_t row_bytes = rows == 0 ? 0 : written.vectors.size() / rows;
  for (std::size_t first = 0; first < rows; first += kAddRows) {
    context.check_interrupt();
    const std::size_t count = std::min(kAddRows, rows - first);
    index->add(written.decode(RowSet({RowRange{first, first + count}})).view());
    written.vectors.forget(first * row_bytes, count * row_bytes);
    context.progress("indexing", first + count, rows);
  }
  return index;
}

/// An index that suits the rows, and what it is called.
std::pair<std::unique_ptr<VectorIndex>, std::string> suitable_index(const WrittenRows& written,
                                                                    const std::string& kind,
                                                                    ShardWriter::Fallback fallback,
                                                                    const RunContext& context) {
  try {
    return {index_over(written, kind, context), kind};
  } catch (const UsageError&) {
    if (fallback == ShardWriter::Fallback::none) throw;
  }
  return {index_over(written, "Flat", context), "Flat"};
}

/// A folder that is there and empty.
const fs::path& emptied(const fs::path& dir) {
  std::error_code failure;
  fs::remove_all(dir, failure);
  fs::create_directories(dir, failure);
  if (failure) cannot_write(dir, failure.value());
  return dir;
}

}  // namespace

struct ShardWriter::Impl {
  fs::path dir;
  ShardRules rules;
  MoleculeFilesWriter molecules;
  RowWriter vectors;

  Impl(fs::path folder, const ShardRules& common)
      : dir(std::move(folder)),
        rules(common),
        molecules(emptied(dir)),
        vectors(dir, common.row_type, common.dim) {}
};

ShardWriter::ShardWriter(fs::path dir, const ShardRules& rules)
    : impl_(std::make_unique<Impl>(std::move(dir), rules)) {}
ShardWriter::~ShardWriter() = default;
ShardWriter::ShardWriter(ShardWriter&&) noexcept = default;

void ShardWriter::add(const MoleculeLabels& labels, const Molecule& molecule,
                      const RowToStore& row) {
  if (row.stored.empty()) {
    impl_->vectors.add(row.vector);
  } else {
    impl_->vectors.add_stored(row.stored, row.scale);
  }
  impl_->molecules.add(labels, molecule);
}

std::size_t ShardWriter::rows() const noexcept {
  return impl_->molecules.rows();
}

void ShardWriter::finish(Fallback fallback, const RunContext& context) {
  const ShardRules& rules = impl_->rules;
  impl_->molecules.finish();
  impl_->vectors.finish();
  const WrittenRows written(impl_->dir, rules.row_type, rows(), rules.dim);
  const auto [index, kind] = suitable_index(written, rules.index, fallback, context);
  index->save(impl_->dir / index_file_name(kind));
  Manifest manifest = Manifest::make("library-shard");
  Json& json = manifest.json();
  json["rows"] = rows();
  json["lowest_mass"] = impl_->molecules.lowest_mass();
  json["highest_mass"] = impl_->molecules.highest_mass();
  json["dim"] = rules.dim;
  json["row_type"] = to_string(rules.row_type);
  json["open_index"] = kind;
  json["molecule_encoder_fingerprint"] = rules.molecule_encoder_fingerprint;
  json["molecule_encoder_architecture"] = rules.molecule_encoder_architecture;
  state_standard_form(manifest);
  json["further_columns"] = rules.further_columns;
  manifest.write(impl_->dir);
}

ShardSeries::ShardSeries(fs::path library, ShardRules rules, std::size_t present, Finished finished)
    : library_(std::move(library)),
      rules_(std::move(rules)),
      count_(present),
      finished_(std::move(finished)) {}

void ShardSeries::begin_shard() {
  folder_ = library_ / shard_folder(++count_);
  shard_.emplace(folder_, rules_);
}

void ShardSeries::end_shard(const RunContext& context) {
  // A list does not end where a shard does: the last one may be small.
  shard_->finish(count_ > 1 ? ShardWriter::Fallback::flat : ShardWriter::Fallback::none, context);
  shard_.reset();
  finished_(folder_);
}

void ShardSeries::add(const MoleculeLabels& labels, const Molecule& molecule, const RowToStore& row,
                      const RunContext& context) {
  if (shard_ && shard_->rows() == rules_.shard_rows) end_shard(context);
  if (!shard_) begin_shard();
  shard_->add(labels, molecule, row);
}

void ShardSeries::finish(const RunContext& context) {
  if (!shard_ && count_ == 0) begin_shard();
  if (shard_) end_shard(context);
}

fs::path shard_folder(std::size_t number) {
  return fs::path(layout::kShards) / fmt::format("{:04}", number);
}

}  // namespace specbridge
