#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/existing.h"
#include "store/staging.h"

namespace specbridge {

/// How wide vectors are: of several trainings they stand side by side.
struct VectorShape {
  std::size_t dim = 0, members = 1;
  std::size_t width() const noexcept { return dim * members; }
};

/// Whether every training placed a record: each part of its vector has a finite direction.
bool has_direction(std::span<const float> vector, const VectorShape& shape);

/// Throws unless vectors can be written under a name: it ends in .npy and is no pipe, since the
/// number of rows stands at the beginning of the file and is known at its end. @throws UsageError
void check_vectors_name(const std::filesystem::path& out);

/// A record, as the table of the records names it.
struct EmbeddedRecord {
  std::vector<std::string> cells = {};  ///< as many as VectorTable was told columns of
  std::string_view status = "ok";       ///< else why there is no vector
  std::string message = {};
  std::string file = {};
};

/// Whether the table of the records says which file each is from.
enum class FileOfRecord { hidden, shown };

/// Two files that appear whole: vectors as .npy of version 1.0 [rows, width], float32, in C order,
/// and the table of all records, with the row of each.
class VectorTable {
 public:
  /// @param columns of the records, before `row`, `status` and `message`
  VectorTable(const std::filesystem::path& vectors, const VectorShape& shape,
              const std::vector<std::string>& columns, FileOfRecord file, Existing existing);
  /// Adds a record with its vector; one of which a part has no direction gets none, but the status
  /// no_vector.
  void add(EmbeddedRecord record, std::span<const float> vector);
  /// Adds a record that has none.
  void add(const EmbeddedRecord& record);
  /// Publishes both files. @throws OutputError
  void finish();

  std::size_t rows() const noexcept { return rows_; }
  std::size_t records() const noexcept { return records_; }
  const std::map<std::string, std::size_t>& without() const noexcept { return without_; }

 private:
  void write_line(const EmbeddedRecord& record, const std::string& row);

  VectorShape shape_;
  FileOfRecord file_;
  StagedFile ids_, vectors_;
  std::size_t rows_ = 0, records_ = 0;
  std::map<std::string, std::size_t> without_;
};

}  // namespace specbridge
