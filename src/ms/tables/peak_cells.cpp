#include "ms/tables/peak_cells.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "ms/formats/peak_text.h"

namespace specbridge {
namespace {

constexpr std::string_view kBetweenValues = " \t,;[]()";

/// The numbers of a cell; the first word that is none in `bad`.
std::vector<double> numbers_in(std::string_view cell, std::string& bad) {
  std::vector<double> numbers;
  while (true) {
    const auto word = take_token(cell, kBetweenValues);
    if (word.empty()) return numbers;
    const auto number = peak_number(word);
    if (!number) {
      bad = word;
      return numbers;
    }
    numbers.push_back(*number);
  }
}

}  // namespace

void add_peak_cells(std::string_view masses, std::string_view heights, std::size_t line,
                    RecordBuilder& record) {
  std::string bad;
  const auto mz = numbers_in(masses, bad);
  const auto intensity = bad.empty() ? numbers_in(heights, bad) : std::vector<double>();
  if (!bad.empty()) {
    record.problem(line, fmt::format("found \"{}\" among mzs and intensities; expected numbers "
                                     "with commas between them",
                                     one_line(bad, 80)));
  } else if (mz.size() != intensity.size()) {
    record.problem(line, fmt::format("the row has {} mzs and {} intensities; expected as many",
                                     with_thousands(mz.size()), with_thousands(intensity.size())));
  } else {
    for (std::size_t i = 0; i < mz.size(); ++i) record.add({mz[i], intensity[i]}, line);
  }
}

}  // namespace specbridge
