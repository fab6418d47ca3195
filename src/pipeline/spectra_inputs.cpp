#include "pipeline/spectra_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "specbridge/base/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

/// Every file in and below a folder, by path.
std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  auto entry = fs::recursive_directory_iterator(folder, failure);
  for (; !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (is_hidden(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      files.push_back(entry->path());
    }
  }
  if (failure) {
    throw InputError({folder.string(), 0}, fmt::format("cannot be read ({})", failure.message()));
  }
  std::ranges::sort(files);
  return files;
}

void add_folder(const fs::path& folder, const SpectraInputs& inputs, const RunContext& context,
                std::vector<fs::path>& files) {
  std::size_t others = 0, spectra = 0;
  for (const auto& file : files_below(folder)) {
    context.check_interrupt();
    if (inputs.format || is_spectra_file(file)) {
      files.push_back(file);
      ++spectra;
    } else {
      ++others;
    }
  }
  if (spectra == 0) {
    throw InputError(
        {folder.string(), 0},
        "is a folder without spectra; expected MGF, MSP, MassBank records, mzML or GNPS JSON");
  }
  if (others > 0) {
    context.warning(fmt::format("{}: {} of {} files are no spectra and are passed over",
                                folder.string(), others, others + spectra));
  }
}

}  // namespace

bool is_spectra_file(const fs::path& file) {
  return format_of(file).has_value();
}

std::vector<fs::path> files_of(const SpectraInputs& inputs, const RunContext& context) {
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

}  // namespace specbridge
