// Writes the small files of the table of readers into folders, where fuzzing starts.
//
// usage: fuzz_write_seeds FOLDER

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>

#include "support/support.h"
#include "unit/ms/reader_cases.h"

namespace {

/// "bad: an m/z alone" -> "bad-an-m-z-alone"
std::string file_name(std::string text) {
  const auto is_other = [](unsigned char c) { return std::isalnum(c) == 0; };
  std::replace_if(text.begin(), text.end(), is_other, '-');
  text.erase(
      std::unique(text.begin(), text.end(), [](char a, char b) { return a == '-' && b == '-'; }),
      text.end());
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 2) return 2;
  constexpr std::size_t kLargest = 16384;
  std::size_t count = 0;
  for (const char* source : {"mgf", "msp", "massbank", "mzml", "gnps-json", "recognition"}) {
    const fs::path folder = fs::path(argv[1]) / source, all = fs::path(argv[1]) / "any";
    fs::create_directories(folder);
    fs::create_directories(all);
    const auto table = specbridge::test::fixtures() / "ms" / "table";
    for (const auto& item :
         specbridge::test::reader_cases(table / (std::string(source) + ".cases"))) {
      if (item.bytes.size() > kLargest) continue;
      const std::string name = file_name(fmt::format("{} {:03} {}", source, ++count, item.name));
      std::ofstream(folder / name, std::ios::binary) << item.bytes;
      std::ofstream(all / name, std::ios::binary) << item.bytes;
    }
  }
  const fs::path adducts = fs::path(argv[1]) / "adduct";
  fs::create_directories(adducts);
  for (const char* name :
       {"[M+H]+", "[2M+FA-H]-", "M+2H2+", "[M+CH3COO]-/[M-CH3]-", "[M+H-(C12H20O9)]+",
        "[M-3]+,[M-H2O+H]+", "[M+Na+]+", "M+H[1+]", "[M]+*", "[3M+Ca-H]1+", "[M-(H2O+CO)2+H]+",
        "[M-H+2(37Cl)]-", "[2M+(FA)]-", "[(M+NH3)+H]+", "[M+1.5H]+"}) {
    std::ofstream(adducts / std::to_string(++count)) << name;
  }
  std::printf("%zu seeds\n", count);
  return count > 100 ? 0 : 1;
}
