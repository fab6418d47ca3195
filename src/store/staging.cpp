#include "store/staging.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "store/mapped_file.h"
#include "store/paths.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// The target, once it was seen that it can be written: a folder is made beside its place.
const fs::path& checked(const fs::path& target, const DirectoryKind& kind, Existing existing) {
  check_output_directory(target, kind, existing);
  return target;
}

bool share_storage(const fs::path& from, const fs::path& to) {
  const int source = open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0) return false;
  const int copy = open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  const bool shared = copy >= 0 && ioctl(copy, FICLONE, source) == 0;
  close(source);
  if (copy >= 0) close(copy);
  if (copy >= 0 && !shared) unlink(to.c_str());
  return shared;
}

/// Opens a pipe when somebody reads it: open() by itself would wait for that deaf to interrupts.
int open_pipe(const fs::path& path, const RunContext& context) {
  constexpr auto kPause = std::chrono::milliseconds(20);
  for (;;) {
    const int pipe = open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (pipe >= 0) fcntl(pipe, F_SETFL, fcntl(pipe, F_GETFL) & ~O_NONBLOCK);
    if (pipe >= 0 || errno != ENXIO) return pipe;
    context.check_interrupt();
    std::this_thread::sleep_for(kPause);
  }
}

/// A descriptor of what is written through. An open file goes on where it is, so that what the
/// shell appends to is appended to.
int open_stream(const fs::path& path, const RunContext& context) {
  if (const auto descriptor = descriptor_of(path)) return fcntl(*descriptor, F_DUPFD_CLOEXEC, 0);
  if (fs::is_fifo(path)) return open_pipe(path, context);
  return open(path.c_str(), O_WRONLY | O_CLOEXEC);
}

}  // namespace

struct StagedFile::Impl {
  fs::path name, place;  // as it was asked for, and where that leads
  Existing existing = Existing::refuse;
  std::optional<Partial> partial;  // none: written through
  std::FILE* file = nullptr;

  ~Impl() {
    if (file != nullptr) std::fclose(file);
  }
  void open_file(const RunContext& context) {
    const int descriptor = partial ? dup(partial->descriptor()) : open_stream(place, context);
    if (descriptor >= 0) file = fdopen(descriptor, "wb");
    if (file == nullptr) cannot_write(name, errno);
  }
};

StagedFile::StagedFile(fs::path path, Existing existing, const RunContext& context)
    : impl_(std::make_unique<Impl>()) {
  check_output(path, existing);
  impl_->place = behind_links(path);
  impl_->name = std::move(path);
  impl_->existing = existing;
  if (!is_stream(impl_->place)) impl_->partial.emplace(impl_->place, Partial::Kind::file);
  impl_->open_file(context);
}

StagedFile::~StagedFile() = default;
StagedFile::StagedFile(StagedFile&&) noexcept = default;

void StagedFile::write(std::string_view bytes) {
  if (bytes.empty()) return;  // fwrite must not see a null pointer
  if (std::fwrite(bytes.data(), 1, bytes.size(), impl_->file) != bytes.size()) {
    cannot_write(impl_->name, errno);
  }
}

void StagedFile::rewrite_start(std::string_view bytes) {
  if (std::fseek(impl_->file, 0, SEEK_SET) != 0) cannot_write(impl_->name, errno);
  write(bytes);
  if (std::fseek(impl_->file, 0, SEEK_END) != 0) cannot_write(impl_->name, errno);
}

void StagedFile::seal() {
  if (impl_->file == nullptr) return;
  check_mapped_files();  // nothing appears that was computed from a file that is gone
  int error = std::fflush(impl_->file) == 0 ? 0 : errno;
  if (error == 0 && impl_->partial && fsync(fileno(impl_->file)) != 0) error = errno;
  if (std::fclose(std::exchange(impl_->file, nullptr)) != 0 && error == 0) error = errno;
  if (error != 0) cannot_write(impl_->name, error);
}

void StagedFile::commit() {
  seal();
  if (!impl_->partial) return;
  check_output(impl_->name, impl_->existing);  // somebody else may have written it meanwhile
  publish(impl_->partial->path(), impl_->place);
}

void write_file(const fs::path& path, std::string_view bytes, Existing existing) {
  StagedFile file(path, existing);
  file.write(bytes);
  file.commit();
}

StagedDirectory::StagedDirectory(fs::path target, DirectoryKind kind, Existing existing)
    : target_(std::move(target)),
      kind_(std::move(kind)),
      existing_(existing),
      partial_(behind_links(checked(target_, kind_, existing)), Partial::Kind::folder) {}

void StagedDirectory::commit() {
  check_output_directory(target_, kind_, existing_);  // somebody else may have written it meanwhile
  publish(partial_.path(), behind_links(target_));
}

void clone_or_copy(const fs::path& from, const fs::path& to) {
  if (share_storage(from, to)) return;
  std::error_code failure;
  fs::copy_file(from, to, failure);
  if (failure) cannot_write(to, failure.value());
}

void share_file(const fs::path& from, const fs::path& to) {
  std::error_code failure;
  fs::remove(to, failure);
  fs::create_hard_link(from, to, failure);
  if (failure) clone_or_copy(from, to);
}

void copy_files(const fs::path& from, const fs::path& to,
                const std::function<bool(const fs::path&)>& wanted) {
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    const fs::path name = entry.path().lexically_relative(from);
    if (!entry.is_regular_file() || !wanted(name)) continue;
    fs::create_directories((to / name).parent_path());
    clone_or_copy(entry.path(), to / name);
  }
}

}  // namespace specbridge
