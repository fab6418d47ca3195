#include "ms/input_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "specbridge/error.h"
#include "specbridge/spectrum_reader.h"
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
  std::vector<fs::path> dangling;  ///< links that lead nowhere, or in a circle
  std::vector<fs::path> special;   ///< pipes, sockets, devices
};

/// Puts an entry where it belongs; folders are gone through by the caller.
void sort_in(const fs::directory_entry& entry, FolderContent& content) {
  std::error_code failure;
  const auto type = entry.status(failure).type();
  const bool link = entry.is_symlink(failure);
  if (type == fs::file_type::regular) {
    content.files.push_back(entry.path());
  } else if (type == fs::file_type::directory) {
    if (link) content.linked_folders.push_back(entry.path());
  } else {
    (link && (type == fs::file_type::not_found || type == fs::file_type::none) ? content.dangling
                                                                               : content.special)
        .push_back(entry.path());
  }
}

FolderContent content_of(const fs::path& folder) {
  FolderContent content;
  std::error_code failure;
  auto entry = fs::recursive_directory_iterator(folder, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else {
      sort_in(*entry, content);
    }
  }
  if (failure) {
    throw InputError({folder.string(), 0}, fmt::format("cannot be read ({})", failure.message()));
  }
  for (auto* paths :
       {&content.files, &content.linked_folders, &content.dangling, &content.special}) {
    std::ranges::sort(*paths);
  }
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

/// Tells what of a folder is passed over though it is no file of another kind.
void warn_of_others(const fs::path& folder, const FolderContent& content,
                    const RunContext& context) {
  const auto warn = [&](const std::vector<fs::path>& paths, std::string_view what,
                        std::string_view advice) {
    if (paths.empty()) return;
    context.warning(
        fmt::format("{}: {}: {}{}", folder.string(), what, some_of(paths, folder), advice));
  };
  warn(content.linked_folders, "links to folders are not followed", "; name them");
  warn(content.dangling, "links that lead to no file are passed over", "");
  warn(content.special, "what is no file is passed over", "; name it to read it");
}

void add_folder(const fs::path& folder, const SpectraInputs& inputs, const RunContext& context,
                std::vector<fs::path>& files) {
  const FolderContent content = content_of(folder);
  std::vector<fs::path> others;
  for (const auto& file : content.files) {
    context.check_interrupt();
    (inputs.format || may_hold_spectra(file) ? files : others).push_back(file);
  }
  warn_of_others(folder, content, context);
  if (others.size() == content.files.size()) {
    throw InputError({folder.string(), 0},
                     fmt::format("is a folder without spectra; expected {}", kSpectrumFormats));
  }
  if (!others.empty()) {
    context.warning(fmt::format("{}: {} of {} files are no spectra and are passed over: {}",
                                folder.string(), others.size(), content.files.size(),
                                some_of(others, folder)));
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

std::vector<fs::path> files_in_folders(const std::vector<fs::path>& files,
                                       const std::vector<fs::path>& named) {
  std::vector<fs::path> found;
  std::ranges::copy_if(files, std::back_inserter(found), [&](const fs::path& file) {
    return std::ranges::find(named, file) == named.end();
  });
  return found;
}

std::vector<fs::path> files_of(const SpectraInputs& inputs, const RunContext& context) {
  auto files = named_files(inputs, context);
  for (const auto& file : files) {
    if (file != "-") check_readable(file);
  }
  return files;
}

}  // namespace specbridge
