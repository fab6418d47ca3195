#include "chem/inchi_library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/processors.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr InchiFunctions kLinked = {&GetStdINCHI, &FreeStdINCHI, &GetStdINCHIKeyFromStdINCHI,
                                    &GetStructFromINCHI, &FreeStructFromINCHI};

bool is_sanitized() {
  return dlsym(RTLD_DEFAULT, "__asan_init") != nullptr ||
         dlsym(RTLD_DEFAULT, "__tsan_init") != nullptr;
}

/// Whether a loaded object was made of these bytes: another version, whose keys may be others, or
/// half a file may stand under its name by now. What the loader writes to is left out.
bool is_source_of(std::string_view file, const void* object) {
  const auto* base = static_cast<const char*>(object);
  ElfW(Ehdr) header{};
  std::memcpy(&header, base, sizeof header);
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    ElfW(Phdr) segment{};
    std::memcpy(&segment, base + header.e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_type != PT_LOAD) continue;
    if (segment.p_offset > file.size() || segment.p_filesz > file.size() - segment.p_offset) {
      return false;
    }
    const bool constant = (segment.p_flags & PF_W) == 0;
    const std::string_view loaded(base + segment.p_vaddr, segment.p_filesz);
    if (constant && loaded != file.substr(segment.p_offset, segment.p_filesz)) return false;
  }
  return true;
}

bool write_all(int file, std::string_view bytes) {
  // Writing beyond the limit on file sizes would send a signal.
  rlimit largest{};
  if (getrlimit(RLIMIT_FSIZE, &largest) != 0 || largest.rlim_cur < bytes.size()) return false;
  while (!bytes.empty()) {
    const auto written = write(file, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Loads a library once more: the loader tells libraries by their files, so that a file in memory
/// with the same bytes is another library to it. nullptr when that is impossible.
void* load_again(std::string_view library) {
  const int file = memfd_create("libinchi", MFD_CLOEXEC);
  if (file < 0) return nullptr;
  // The copy calls itself, not the first of its kind. It never goes.
  void* copy = write_all(file, library) ? dlopen(fmt::format("/proc/self/fd/{}", file).c_str(),
                                                 RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND)
                                        : nullptr;
  // A file that was loaded stays open: the loader would take the next one of its number for it.
  if (copy == nullptr) close(file);
  return copy;
}

template <class Function>
bool find_function(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

/// nullptr when there can be no other copy.
std::unique_ptr<const InchiFunctions> another_copy() try {
  Dl_info linked{};
  if (dladdr(reinterpret_cast<const void*>(kLinked.name), &linked) == 0) return nullptr;
  // Another object has the functions where the library was linked into it.
  if (std::string_view(linked.dli_fname).find("libinchi") == std::string_view::npos) return nullptr;
  const auto file = read_file(linked.dli_fname);
  void* library = is_source_of(file, linked.dli_fbase) ? load_again(file) : nullptr;
  auto copy = std::make_unique<InchiFunctions>();
  const bool whole = library != nullptr && find_function(library, "GetStdINCHI", copy->name) &&
                     find_function(library, "FreeStdINCHI", copy->free_name) &&
                     find_function(library, "GetStdINCHIKeyFromStdINCHI", copy->key) &&
                     find_function(library, "GetStructFromINCHI", copy->structure) &&
                     find_function(library, "FreeStructFromINCHI", copy->free_structure);
  if (!whole) return nullptr;
  return copy;
} catch (const std::exception&) {
  return nullptr;  // no memory, or the file is gone
}

/// The copies that are loaded.
class Copies {
 public:
  Copies() {
    loaded_.reserve(most_inchi_copies());
    free_.reserve(most_inchi_copies());  // giving back needs no memory
    free_.push_back(&kLinked);
  }

  const InchiFunctions* take() {
    std::unique_lock lock(mutex_);
    if (free_.empty() && may_grow_) grow();
    returned_.wait(lock, [&] { return !free_.empty(); });
    const auto* copy = free_.back();
    free_.pop_back();
    return copy;
  }

  void give_back(const InchiFunctions* copy) {
    {
      const std::lock_guard lock(mutex_);
      free_.push_back(copy);
    }
    returned_.notify_one();
  }

  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return 1 + loaded_.size();
  }

 private:
  void grow() {
    if (auto copy = another_copy()) {
      free_.push_back(copy.get());
      loaded_.push_back(std::move(copy));
    } else {
      may_grow_ = false;
    }
    may_grow_ = may_grow_ && 1 + loaded_.size() < most_inchi_copies();
  }

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<const InchiFunctions*> free_;  // taken from the end: the last used is in a cache
  std::vector<std::unique_ptr<const InchiFunctions>> loaded_;
  bool may_grow_ = most_inchi_copies() > 1;
};

/// Never destroyed: a thread may be inside when the process ends.
Copies& copies() {
  static auto& all = *new Copies;
  return all;
}

}  // namespace

InchiLibrary::InchiLibrary() : functions_(copies().take()) {}

InchiLibrary::~InchiLibrary() {
  copies().give_back(functions_);
}

std::size_t inchi_copies() {
  return copies().count();
}

std::size_t most_inchi_copies() {
  constexpr std::size_t kMost = 64;
  static const std::size_t kCopies = is_sanitized() ? 1 : std::min(usable_processors(), kMost);
  return kCopies;
}

}  // namespace specbridge
