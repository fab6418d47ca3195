// Runs a libFuzzer target where libFuzzer is not there: every file of the folders, then a fixed
// number of mutations of them, the same ones for the same seed. An input that ends the program is
// left in crash-input.
//
// usage: fuzz_x [-runs=N] [-seed=N] [-max_len=N] [-dict=FILE] FOLDER...

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" void __attribute__((weak)) __sanitizer_set_death_callback(void (*callback)());

namespace {

namespace fs = std::filesystem;

std::string current_input;  // what is being run, for the callback of a dying program

void leave_input() {
  std::ofstream("crash-input", std::ios::binary) << current_input;
  std::fprintf(stderr, "the input is in %s\n", fs::absolute("crash-input").c_str());
}

void on_signal(int number) {
  std::signal(number, SIG_DFL);
  leave_input();
  std::raise(number);
}

void run(std::string input) {
  current_input = std::move(input);
  try {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()),
                           current_input.size());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "unexpected exception: %s\n", error.what());
    leave_input();
    std::exit(1);
  }
}

/// The words of a dictionary in libFuzzer's form: lines of "text" with \\, \" and \xAB in it.
std::vector<std::string> read_words(const fs::path& dictionary) {
  std::vector<std::string> words;
  std::ifstream file(dictionary);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('"')) continue;
    std::string word;
    for (std::size_t i = 1; i + 1 < line.size(); ++i) {
      if (line[i] != '\\') {
        word += line[i];
      } else if (line[++i] == 'x') {
        word += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        word += line[i];
      }
    }
    words.push_back(word);
  }
  return words;
}

class Mutator {
 public:
  Mutator(std::uint64_t seed, std::size_t max_length, std::vector<std::string> words)
      : random_(seed), max_length_(max_length), words_(std::move(words)) {}

  std::string mutated(const std::vector<std::string>& seeds) {
    std::string text = seeds.empty() ? "" : seeds[below(seeds.size())];
    const std::size_t steps = 1 + below(6);
    for (std::size_t i = 0; i < steps; ++i) step(text, seeds);
    if (text.size() > max_length_) text.resize(max_length_);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void step(std::string& text, const std::vector<std::string>& seeds) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min(text.size() - at, 1 + below(16));
    switch (below(8)) {
      case 0:  // another bit
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 1:  // another byte
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 2:
        if (!words_.empty()) text.insert(at, words_[below(words_.size())]);
        break;
      case 3:
        text.erase(at, length);
        break;
      case 4:
        text.insert(at, text.substr(at, length));
        break;
      case 5:  // the end is lost
        text.resize(at);
        break;
      case 6:  // the end of another one
        if (!seeds.empty()) {
          const std::string& other = seeds[below(seeds.size())];
          text = text.substr(0, at) + other.substr(below(other.size() + 1));
        }
        break;
      default: {  // two places change
        const std::size_t other = below(text.size());
        if (at < text.size()) std::swap(text[at], text[other]);
      }
    }
  }

  std::mt19937_64 random_;
  std::size_t max_length_;
  std::vector<std::string> words_;
};

std::uint64_t number_of(std::string_view argument) {
  return std::strtoull(argument.data() + argument.find('=') + 1, nullptr, 10);
}

void read_folder(const fs::path& folder, std::vector<std::string>& seeds) {
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t runs = 1000, seed = 1, max_length = 4096;
  std::vector<std::string> seeds, words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("-runs="))
      runs = number_of(argument);
    else if (argument.starts_with("-seed="))
      seed = number_of(argument);
    else if (argument.starts_with("-max_len="))
      max_length = number_of(argument);
    else if (argument.starts_with("-dict="))
      words = read_words(argument.substr(argument.find('=') + 1));
    else
      read_folder(argument, seeds);
  }
  std::signal(SIGABRT, on_signal);
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(leave_input);
  for (const auto& input : seeds) run(input);
  Mutator mutator(seed, max_length, std::move(words));
  for (std::uint64_t i = 0; i < runs; ++i) run(mutator.mutated(seeds));
  std::printf("%zu files and %llu mutations of them\n", seeds.size(),
              static_cast<unsigned long long>(runs));
  return seeds.empty() ? 1 : 0;  // without seeds nothing was tested
}
