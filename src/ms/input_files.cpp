#include "ms/input_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kPathsNamed = 5;

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

/// What a folder holds, by path.
struct FolderContent {
  std::vector<fs::path> files, linked_folders;
};

FolderContent content_of(const fs::path& folder) {
  FolderContent content;
  std::error_code failure;
  auto entry = fs::recursive_directory_iterator(folder, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      content.files.push_back(entry->path());
    } else if (entry->is_symlink() && entry->is_directory()) {
      content.linked_folders.push_back(entry->path());
    }
  }
  if (failure) {
    throw InputError({folder.string(), 0}, fmt::format("cannot be read ({})", failure.message()));
  }
  std::ranges::sort(content.files);
  std::ranges::sort(content.linked_folders);
  return content;
}

/// A file that is damaged counts as one of spectra: whoever reads it says what is wrong.
bool may_hold_spectra(const fs::path& file) {
  try {
    return is_spectra_file(file);
  } catch (const InputError&) {
    return true;
  }
}

/// "a.txt, b/c.csv and 3 more", as seen from the folder.
std::string some_of(const std::vector<fs::path>& paths, const fs::path& folder) {
  std::string text;
  for (std::size_t i = 0; i < std::min(paths.size(), kPathsNamed); ++i) {
    text += (i == 0 ? "" : ", ") + one_line(paths[i].lexically_relative(folder).string(), 80);
  }
  if (paths.size() > kPathsNamed) text += fmt::format(" and {} more", paths.size() - kPathsNamed);
  return text;
}

void add_folder(const fs::path& folder, const SpectraInputs& inputs, const RunContext& context,
                std::vector<fs::path>& files) {
  const FolderContent content = content_of(folder);
  std::vector<fs::path> others;
  for (const auto& file : content.files) {
    context.check_interrupt();
    (inputs.format || may_hold_spectra(file) ? files : others).push_back(file);
  }
  if (others.size() == content.files.size()) {
    throw InputError(
        {folder.string(), 0},
        "is a folder without spectra; expected MGF, MSP, MassBank records, mzML or GNPS JSON");
  }
  if (!others.empty()) {
    context.warning(fmt::format("{}: {} of {} files are no spectra and are passed over: {}",
                                folder.string(), others.size(), content.files.size(),
                                some_of(others, folder)));
  }
  if (!content.linked_folders.empty()) {
    context.warning(fmt::format("{}: links to folders are not followed: {}; name them",
                                folder.string(), some_of(content.linked_folders, folder)));
  }
}

}  // namespace

bool is_spectra_file(const fs::path& file) {
  return format_of(file).has_value();
}

std::vector<fs::path> named_files(const SpectraInputs& inputs, const RunContext& context) {
  if (std::ranges::count(inputs.paths, fs::path("-")) > 1) {
    throw UsageError("\"-\" is given twice; standard input can be read once");
  }
  std::vector<fs::path> files;
  for (const auto& path : inputs.paths) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
      add_folder(path, inputs, context, files);
    } else {
      files.push_back(path);
    }
  }
  return files;
}

std::vector<fs::path> files_of(const SpectraInputs& inputs, const RunContext& context) {
  auto files = named_files(inputs, context);
  for (const auto& file : files) {
    if (file != "-") check_readable(file);
  }
  return files;
}

}  // namespace specbridge
