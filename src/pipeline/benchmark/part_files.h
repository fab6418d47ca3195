#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "specbridge/spectrum_reader.h"
#include "store/encoded/gzip_stream.h"
#include "store/staging.h"

namespace specbridge {

/// Whether an output is compressed.
enum class Packing { plain, gzip };

/// A file that grows by pieces, compressed or not.
class PackedFile {
 public:
  PackedFile(const std::filesystem::path& path, Packing packing, Existing existing,
             const RunContext& context = {});
  /// @throws OutputError
  void write(std::string_view text);
  /// @throws OutputError
  void commit();

 private:
  StagedFile file_;
  std::optional<GzipStream> packer_;
};

/// A record that is written into a part.
struct KeptRecord {
  std::size_t file = 0;  ///< of the inputs
  std::size_t line = 0, record = 0;
  std::size_t part = 0;
};

/// How parts are written.
struct PartForm {
  std::vector<SpectrumFormat> formats;  ///< of the inputs, by file
  std::optional<std::string> header;    ///< of tables, where all are such with this one
  Packing packing = Packing::plain;

  std::string ending() const;  ///< ".mgf", ".tsv.gz" ...
};

/// What form the parts of some files get: rows where all are tables with one header, else MGF;
/// compressed where one of the files is. @param formats of the files @throws InputError
PartForm part_form_of(std::span<const std::filesystem::path> files,
                      std::vector<SpectrumFormat> formats);

/// Writes every record, in order, into the file of its part.
/// @param records by file, then place @param paths of the parts
/// @throws InputError, OutputError, Interrupted
void write_parts(std::span<const std::filesystem::path> files, const PartForm& form,
                 std::span<const KeptRecord> records, std::span<const std::filesystem::path> paths,
                 const RunContext& context);

}  // namespace specbridge
