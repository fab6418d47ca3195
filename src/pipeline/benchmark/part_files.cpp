#include "pipeline/benchmark/part_files.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>

#include "ms/copies/record_copies.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

bool is_gzip(const fs::path& file) {
  std::ifstream bytes(file, std::ios::binary);
  return bytes.get() == 0x1f && bytes.get() == 0x8b;
}

std::unique_ptr<RecordCopies> copies_of(const fs::path& file, const PartForm& form,
                                        std::size_t number) {
  return form.header ? row_copies(file) : mgf_copies(file, form.formats[number]);
}

/// A part with what waits to be written.
struct OpenPart {
  PackedFile file;
  std::string waiting;

  void add(std::string_view text) {
    waiting += text;
    if (waiting.size() >= kPieceBytes) flush();
  }
  void flush() {
    file.write(waiting);
    waiting.clear();
  }
};

}  // namespace

PackedFile::PackedFile(const fs::path& path, Packing packing, Existing existing,
                       const RunContext& context)
    : file_(path, existing, context) {
  if (packing == Packing::gzip) packer_.emplace();
}

void PackedFile::write(std::string_view text) {
  if (packer_) {
    file_.write(packer_->add(text));
  } else {
    file_.write(text);
  }
}

void PackedFile::commit() {
  if (packer_) file_.write(packer_->finish());
  file_.commit();
}

std::string PartForm::ending() const {
  return std::string(header ? ".tsv" : ".mgf") + (packing == Packing::gzip ? ".gz" : "");
}

PartForm part_form_of(std::span<const fs::path> files, std::vector<SpectrumFormat> formats) {
  PartForm form;
  form.packing = std::ranges::any_of(files, is_gzip) ? Packing::gzip : Packing::plain;
  form.formats = std::move(formats);
  const auto is_table = [](SpectrumFormat format) { return format == SpectrumFormat::tsv; };
  if (!std::ranges::all_of(form.formats, is_table)) return form;
  form.header = header_of_rows(files.front());
  for (const auto& file : files.subspan(1)) {
    if (header_of_rows(file) != form.header) form.header.reset();
  }
  return form;
}

void write_parts(std::span<const fs::path> files, const PartForm& form,
                 std::span<const KeptRecord> records, std::span<const fs::path> paths,
                 const RunContext& context) {
  std::vector<OpenPart> parts;
  for (const auto& path : paths) {
    parts.push_back({PackedFile(path, form.packing, Existing::replace, context), ""});
    if (form.header) parts.back().add(*form.header);
  }
  std::unique_ptr<RecordCopies> copies;
  std::size_t open_file = files.size();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const KeptRecord& record = records[i];
    if (record.file != open_file) {
      open_file = record.file;
      copies = copies_of(files[open_file], form, open_file);
    }
    parts[record.part].add(copies->text_of({record.line, record.record}));
    constexpr std::size_t kBetweenLooks = 1024;
    if (i % kBetweenLooks == 0) {
      context.check_interrupt();
      context.progress("writing parts", i, records.size());
    }
  }
  for (auto& part : parts) {
    part.flush();
    part.file.commit();
  }
}

}  // namespace specbridge
