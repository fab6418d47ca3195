#include "store/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>

#include "specbridge/error.h"

namespace specbridge {
namespace {

constexpr std::size_t kSlots = 8192;  // a library of many shards has some thousand files
constexpr std::size_t kNoSlot = kSlots;

/// A map that the signal handler knows. It may look at the lock-free atomics only.
struct Slot {
  std::atomic<std::uintptr_t> begin = 0;  // 0: free
  std::atomic<std::size_t> length = 0;
  std::atomic<bool> lost = false;
  std::atomic<bool> reported = false;
  std::string path;
};

std::array<Slot, kSlots> slots;
std::mutex slots_mutex;
std::string lost_and_closed;  // name of a file that was cut off and closed before anyone looked

std::size_t enter(std::string_view bytes, const std::filesystem::path& path) {
  const std::lock_guard lock(slots_mutex);
  for (std::size_t i = 0; i < kSlots; ++i) {
    if (slots[i].begin != 0) continue;
    slots[i].lost = false;
    slots[i].reported = false;
    slots[i].path = path.string();
    slots[i].length = bytes.size();
    slots[i].begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    return i;
  }
  return kNoSlot;
}

void leave(std::size_t slot) {
  if (slot == kNoSlot) return;
  const std::lock_guard lock(slots_mutex);
  if (slots[slot].lost && !slots[slot].reported) lost_and_closed = slots[slot].path;
  slots[slot].begin = 0;
}

/// Puts a page of zeros where the file has none any more.
void on_missing_page(int signal_number, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const auto page_size = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (Slot& slot : slots) {
    const std::uintptr_t begin = slot.begin;
    if (begin == 0 || address < begin || address - begin >= slot.length) continue;
    slot.lost = true;
    void* page = reinterpret_cast<void*>(address / page_size * page_size);
    if (mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0) == page) {
      return;
    }
  }
  signal(signal_number, SIG_DFL);  // not ours: the instruction runs again and ends the process
}

[[noreturn]] void cut_off(const std::string& path) {
  throw ArtifactError(
      fmt::format("{}: was cut off while it was read; make or copy it again", path));
}

}  // namespace

MappedFile::MappedFile(std::filesystem::path path) : path_(std::move(path)), slot_(kNoSlot) {
  const auto fail = [&](std::string_view problem) {
    throw ArtifactError(fmt::format("{}: {}; make or copy it again", path_.string(), problem));
  };
  const int descriptor = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(fmt::format("cannot be read ({})", std::strerror(errno)));
  struct stat status {};
  fstat(descriptor, &status);
  const auto length = static_cast<std::size_t>(status.st_size);
  void* address =
      length == 0 ? MAP_FAILED : mmap(nullptr, length, PROT_READ, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (address == MAP_FAILED) fail("is empty or cannot be mapped");
  bytes_ = {static_cast<const char*>(address), length};
  slot_ = enter(bytes_, path_);
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  leave(slot_);
  munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      bytes_(std::exchange(other.bytes_, {})),
      slot_(std::exchange(other.slot_, kNoSlot)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  std::swap(slot_, other.slot_);
  return *this;
}

void MappedFile::forget(std::size_t offset, std::size_t length) const noexcept {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t first = (offset + page - 1) / page * page;
  const std::size_t last = std::min(offset + length, bytes_.size()) / page * page;
  if (first >= last) return;
  madvise(const_cast<char*>(bytes_.data()) + first, last - first, MADV_DONTNEED);
}

void MappedFile::check() const {
  if (slot_ == kNoSlot || !slots[slot_].lost) return;
  slots[slot_].reported = true;
  cut_off(path_.string());
}

void guard_mapped_files() {
  struct sigaction action {};
  action.sa_sigaction = on_missing_page;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &action, nullptr);
}

void check_mapped_files() {
  const std::lock_guard lock(slots_mutex);
  if (!lost_and_closed.empty()) cut_off(std::exchange(lost_and_closed, {}));
  for (Slot& slot : slots) {
    if (slot.begin == 0 || !slot.lost) continue;
    slot.reported = true;
    cut_off(slot.path);
  }
}

}  // namespace specbridge
