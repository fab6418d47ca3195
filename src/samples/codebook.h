#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "samples/words.h"
#include "specbridge/context.h"
#include "specbridge/sample_pool.h"

namespace specbridge {

/// What a sample's spectra are counted over. Of one pool only one of the lists has entries.
struct Codebook {
  SamplePool pool = SamplePool::codebook;
  std::string model;        ///< fingerprint of the model whose vectors the centres are of
  Matrix centres;           ///< [codes, dim], of unit length
  std::vector<Word> words;  ///< sorted

  std::size_t size() const { return pool == SamplePool::codebook ? centres.rows() : words.size(); }
  /// Where a word stands; nothing: it is not in the list.
  std::optional<std::size_t> place_of(const Word& word) const;
};

/// The number of the centre that a vector is nearest to by cosine; of equals the first.
std::size_t nearest_centre(const Matrix& centres, std::span<const float> vector);

/// Centres of vectors of unit length: k-means by cosine, started as k-means++, at most 50 rounds.
/// The same on any number of threads. Sources: Dhillon and Modha, "Concept decompositions for large
/// sparse text data using clustering", 2001; Arthur and Vassilvitskii, "k-means++", 2007.
/// @param vectors [n, dim] @throws UsageError for fewer vectors than codes
Matrix k_means(const Matrix& vectors, std::size_t codes, const RunContext& context);

/// In how many samples words occur.
class WordCensus {
 public:
  /// Adds the words of a sample.
  void add(const std::set<Word>& words);
  /// Those in at least so many samples, without those that are taken out, sorted.
  std::vector<Word> frequent(std::size_t least, const std::set<Word>& without) const;

 private:
  std::map<Word, std::size_t> samples_;
};

/// The text of the file that keeps it, and back. @throws InputError for a file that is none
std::string codebook_text(const Codebook& codebook);
Codebook read_codebook(const std::filesystem::path& path);

}  // namespace specbridge
