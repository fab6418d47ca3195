// Writes what fuzzing starts from, into one folder for each target.
//
// usage: fuzz_write_seeds FOLDER

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/file_seeds.h"
#include "support/support.h"
#include "unit/ms/reader_cases.h"

namespace {

namespace fs = std::filesystem;

/// "bad: an m/z alone" -> "bad-an-m-z-alone"
std::string file_name(std::string text) {
  const auto is_other = [](unsigned char c) { return std::isalnum(c) == 0; };
  std::replace_if(text.begin(), text.end(), is_other, '-');
  text.erase(
      std::unique(text.begin(), text.end(), [](char a, char b) { return a == '-' && b == '-'; }),
      text.end());
  return text;
}

/// The cases of the table of readers, each for its own format and for "any". @return how many
std::size_t write_spectra(const fs::path& folder) {
  constexpr std::size_t kLargest = 16384;
  std::size_t count = 0;
  for (const char* source :
       {"mgf", "msp", "massbank", "mzml", "gnps-json", "jcamp", "tsv", "recognition"}) {
    fs::create_directories(folder / source);
    fs::create_directories(folder / "any");
    const auto table = specbridge::test::fixtures() / "ms" / "table";
    for (const auto& item :
         specbridge::test::reader_cases(table / (std::string(source) + ".cases"))) {
      if (item.bytes.size() > kLargest) continue;
      const std::string name = file_name(fmt::format("{} {:03} {}", source, ++count, item.name));
      std::ofstream(folder / source / name, std::ios::binary) << item.bytes;
      std::ofstream(folder / "any" / name, std::ios::binary) << item.bytes;
    }
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  std::filesystem::remove_all(folder);
  const std::size_t count = write_spectra(folder) + specbridge::fuzz::write_file_seeds(folder);
  std::printf("%zu seeds\n", count);
  return count > 100 ? 0 : 1;
}
