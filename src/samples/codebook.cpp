#include "samples/codebook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/parallel.h"
#include "base/random.h"
#include "specbridge/error.h"
#include "store/file.h"

namespace specbridge {
namespace {

constexpr int kMostRounds = 50;
constexpr const char* kCodebookKind = "specbridge-codebook";

/// A number in [0, weights.size()), drawn by weight.
std::size_t draw_by_weight(const std::vector<double>& weights, Random& random) {
  double all = 0;
  for (const double weight : weights) all += weight;
  double rest = random.uniform() * all;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return random.below(weights.size());
}

/// Vectors of the table, each far from those before it.
Matrix spread_centres(const Matrix& vectors, std::size_t codes, std::uint64_t seed) {
  Random random(seed);
  Matrix centres(codes, vectors.cols());
  std::vector<double> distance(vectors.rows(), 2);
  for (std::size_t code = 0; code < codes; ++code) {
    const std::size_t chosen = draw_by_weight(distance, random);
    std::ranges::copy(vectors.row(chosen), centres.row(code).begin());
    for (std::size_t i = 0; i < vectors.rows(); ++i) {
      const double apart = 1 - static_cast<double>(dot(vectors.row(i), centres.row(code)));
      distance[i] = std::max(0.0, std::min(distance[i], apart));
    }
  }
  return centres;
}

/// Each centre becomes the direction of the mean of its vectors; one without any stays.
void move_centres(const Matrix& vectors, const std::vector<std::size_t>& nearest, Matrix& centres) {
  std::vector<double> sums(centres.rows() * centres.cols());
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    const auto row = vectors.row(i);
    double* const sum = &sums[nearest[i] * centres.cols()];
    for (std::size_t k = 0; k < row.size(); ++k) sum[k] += static_cast<double>(row[k]);
  }
  std::vector<float> moved(centres.cols());
  for (std::size_t code = 0; code < centres.rows(); ++code) {
    for (std::size_t k = 0; k < moved.size(); ++k) {
      moved[k] = static_cast<float>(sums[code * centres.cols() + k]);
    }
    if (normalize(moved)) std::ranges::copy(moved, centres.row(code).begin());
  }
}

/// Reads the lists; `refuse` makes the error of a file that is damaged.
template <typename Refuse>
void read_lists(const Json& json, Codebook& codebook, const Refuse& refuse) {
  for (const auto& text : json.value("words", Json::array())) {
    const auto word = text.is_string() ? parse_word(text.get<std::string>()) : std::nullopt;
    if (!word) throw refuse(fmt::format("has a word that is none: {}", text.dump()));
    codebook.words.push_back(*word);
  }
  if (!std::ranges::is_sorted(codebook.words)) throw refuse("has words out of order");
  const Json rows = json.value("centres", Json::array());
  if (rows.empty()) return;
  codebook.centres = Matrix(rows.size(), rows.front().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].is_array() || rows[i].size() != codebook.centres.cols()) {
      throw refuse("has centres of several lengths");
    }
    for (std::size_t k = 0; k < rows[i].size(); ++k) {
      if (!rows[i][k].is_number()) throw refuse("has a centre that is not of numbers");
      codebook.centres.row(i)[k] = rows[i][k].get<float>();
    }
  }
}

}  // namespace

std::optional<std::size_t> Codebook::place_of(const Word& word) const {
  const auto found = std::ranges::lower_bound(words, word);
  if (found == words.end() || *found != word) return {};
  return static_cast<std::size_t>(found - words.begin());
}

std::size_t nearest_centre(const Matrix& centres, std::span<const float> vector) {
  std::size_t nearest = 0;
  float best = -2;
  for (std::size_t code = 0; code < centres.rows(); ++code) {
    const float cosine = dot(centres.row(code), vector);
    if (!(cosine > best)) continue;
    best = cosine;
    nearest = code;
  }
  return nearest;
}

Matrix k_means(const Matrix& vectors, std::size_t codes, const RunContext& context) {
  if (vectors.rows() < codes) {
    throw UsageError(
        fmt::format("--codes {}: there are {} spectra to learn them from; expected "
                    "at least as many; choose fewer codes",
                    codes, vectors.rows()));
  }
  Matrix centres = spread_centres(vectors, codes, context.seed);
  std::vector<std::size_t> nearest(vectors.rows(), codes);
  for (int round = 0; round < kMostRounds; ++round) {
    context.check_interrupt();
    std::vector<std::size_t> found(vectors.rows());
    parallel_for(vectors.rows(), context.threads,
                 [&](std::size_t i) { found[i] = nearest_centre(centres, vectors.row(i)); });
    if (found == nearest) break;
    nearest = std::move(found);
    move_centres(vectors, nearest, centres);
  }
  return centres;
}

void WordCensus::add(const std::set<Word>& words) {
  for (const auto& word : words) ++samples_[word];
}

std::vector<Word> WordCensus::frequent(std::size_t least, const std::set<Word>& without) const {
  std::vector<Word> words;
  for (const auto& [word, samples] : samples_) {
    if (samples >= least && !without.contains(word)) words.push_back(word);
  }
  return words;
}

std::string codebook_text(const Codebook& codebook) {
  Json json = {
      {"artifact", kCodebookKind}, {"format_version", 1}, {"pool", to_string(codebook.pool)}};
  if (codebook.pool == SamplePool::codebook) {
    json["model"] = codebook.model;
    json["centres"] = Json::array();
    for (std::size_t i = 0; i < codebook.centres.rows(); ++i) {
      json["centres"].push_back(codebook.centres.row(i));
    }
  } else {
    json["words"] = Json::array();
    for (const auto& word : codebook.words) json["words"].push_back(to_string(word));
  }
  return compact(json) + "\n";
}

Codebook read_codebook(const std::filesystem::path& path) {
  const auto refuse = [&](std::string_view problem) -> InputError {
    return {{path.string(), 0},
            fmt::format("{}; expected a codebook as sample embed writes it (samples.codebook.json)",
                        problem)};
  };
  const Json json = parse_json(read_file(path), path.string());
  if (!json.is_object() || json.value("artifact", Json()) != kCodebookKind ||
      json.value("format_version", Json()) != 1 || !json.value("pool", Json()).is_string()) {
    throw refuse("is no codebook that this program knows");
  }
  Codebook codebook;
  codebook.pool = parse_sample_pool(json["pool"].get<std::string>());
  if (json.value("model", Json()).is_string()) codebook.model = json["model"].get<std::string>();
  read_lists(json, codebook, refuse);
  if (codebook.size() == 0) throw refuse("is empty");
  return codebook;
}

}  // namespace specbridge
