#include "pipeline/samples/learned_codebook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "specbridge/error.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

/// A random choice of spectra from any number of them.
class DrawnSpectra {
 public:
  explicit DrawnSpectra(std::uint64_t seed) : random_(seed) {}

  /// Keeps the spectra with the smallest keys: `clean` is called for one that is kept for now.
  template <typename Clean>
  void offer(const Clean& clean) {
    const Key key{random_.next(), offered_++};
    if (drawn_.size() == kSpectraOfCodebook) {
      if (!(key < drawn_.front().first)) return;
      std::ranges::pop_heap(drawn_, {}, &Drawn::first);
      drawn_.pop_back();
    }
    drawn_.emplace_back(key, clean());
    std::ranges::push_heap(drawn_, {}, &Drawn::first);
  }

  /// In the order in which they were offered.
  std::vector<PeakRows> take() {
    std::ranges::sort(drawn_, {}, [](const Drawn& one) { return one.first.second; });
    std::vector<PeakRows> spectra;
    for (auto& [key, rows] : drawn_) spectra.push_back(std::move(rows));
    return spectra;
  }

 private:
  using Key = std::pair<std::uint64_t, std::size_t>;
  using Drawn = std::pair<Key, PeakRows>;
  Random random_;
  std::size_t offered_ = 0;
  std::vector<Drawn> drawn_;
};

/// Rows that have a direction.
Matrix directed(const Matrix& vectors) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < vectors.rows(); ++i) {
    if (dot(vectors.row(i), vectors.row(i)) > 0) kept.push_back(i);
  }
  Matrix rows(kept.size(), vectors.cols());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::ranges::copy(vectors.row(kept[i]), rows.row(i).begin());
  }
  return rows;
}

Matrix learned_centres(const SampleReader& reader, const std::vector<fs::path>& files,
                       std::size_t codes, const RunContext& context) {
  DrawnSpectra drawn(context.seed);
  for (std::size_t i = 0; i < files.size(); ++i) {
    context.progress("reading samples", i, files.size());
    reader.read(files[i], SpectrumVectors::skip, [&](const Query& query, std::span<const float>) {
      drawn.offer([&] { return reader.model()->clean(query.spectrum); });
    });
  }
  context.info("learning the codebook");
  return k_means(directed(reader.model()->embed_apart(drawn.take())), codes, context);
}

std::vector<Word> learned_words(const SampleReader& reader, const std::vector<fs::path>& files,
                                const Blanks& blanks, const CodebookLearning& learning,
                                const RunContext& context) {
  WordCensus census;
  for (std::size_t i = 0; i < files.size(); ++i) {
    context.progress("collecting words", i, files.size());
    std::set<Word> words;
    reader.read(files[i], SpectrumVectors::skip, [&](const Query& query, std::span<const float>) {
      const auto own = words_of(query.spectrum, learning.pool);
      words.insert(own.begin(), own.end());
    });
    census.add(words);
  }
  const std::size_t least = std::min(learning.least_samples, files.size());
  auto words = census.frequent(least, blanks.words(learning.pool));
  if (!words.empty()) return words;
  throw InputError({files.front().string(), 0},
                   fmt::format("no word is in {} of {} and in no blank; are there MS2 spectra?",
                               least, counted(files.size(), "sample")));
}

}  // namespace

Codebook learn_codebook(const SampleReader& reader, const std::vector<fs::path>& files,
                        const Blanks& blanks, const CodebookLearning& learning,
                        const RunContext& context) {
  Codebook codebook{learning.pool, {}, {}, {}};
  if (learning.pool == SamplePool::codebook) {
    codebook.model = reader.model()->fingerprint();
    codebook.centres = learned_centres(reader, files, learning.codes, context);
  } else {
    codebook.words = learned_words(reader, files, blanks, learning, context);
  }
  return codebook;
}

}  // namespace specbridge
