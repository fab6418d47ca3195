#include "search/generation/generator.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "bridge/model_files.h"
#include "decode/beam_search.h"

namespace specbridge {
namespace {

/// Rows of the candidates nearest to a query, in the order of their nearness.
std::vector<std::size_t> nearest_rows(const ToldQuery& query, std::size_t most) {
  std::vector<std::size_t> rows, places(query.candidates->size());
  query.candidates->for_each([&](std::size_t row) { rows.push_back(row); });
  std::vector<float> scores(rows.size());
  query.rows->scores(query.vector, *query.candidates, scores);
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::erase_if(places, [&](std::size_t place) {
    const bool has_vector = scores[place] > kNoVectorScore;  // not a number: none is known
    return !has_vector || rows[place] >= query.first_untold ||
           (query.untold && query.molecules->structure(rows[place]) == *query.untold);
  });
  const auto end = places.begin() + static_cast<std::ptrdiff_t>(std::min(most, places.size()));
  std::partial_sort(places.begin(), end, places.end(), [&](std::size_t a, std::size_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  std::vector<std::size_t> nearest;
  for (auto place = places.begin(); place != end; ++place) nearest.push_back(rows[*place]);
  return nearest;
}

}  // namespace

std::shared_ptr<const Generator> Generator::open(const std::filesystem::path& dir,
                                                 const GenerationFit& fit,
                                                 const GenerationSources& asked,
                                                 std::shared_ptr<const MoleculeEncoder> encoder,
                                                 const RunContext& context) {
  return std::make_shared<const Generator>(Decoder::load(dir / kDecoderFolder, context),
                                           fit.candidates, asked, std::move(encoder));
}

Generator::Generator(Decoder decoder, std::size_t candidates, const GenerationSources& asked,
                     std::shared_ptr<const MoleculeEncoder> encoder)
    : decoder_(std::move(decoder)),
      candidates_(candidates),
      asked_(asked),
      encoder_(std::move(encoder)) {}

DecoderInput Generator::told(const ToldQuery& query) const {
  DecoderInput input{{query.vector.begin(), query.vector.end()}, {}, {}};
  if (query.peaks != nullptr) input.peaks = *query.peaks;
  if (query.candidates == nullptr || candidates_ == 0) return input;
  const auto nearest = nearest_rows(query, candidates_);
  input.candidates = Matrix(nearest.size(), decoder_.molecule_dim());
  query.rows->decode(RowSet(nearest), input.candidates.values());
  return input;
}

WrittenMolecules Generator::write(const DecoderInput& input, std::size_t beams,
                                  const SequenceRule* rule) const {
  const auto step = decoder_.step(input);
  const auto texts =
      beam_search(*step, decoder_.vocabulary().special(), {beams, decoder_.most_tokens()}, rule);
  WrittenMolecules written = molecules_of(decoder_.vocabulary(), texts);
  texts_ += written.texts;
  invalid_ += written.invalid;
  return written;
}

std::vector<float> Generator::likelihoods(const DecoderInput& input,
                                          std::span<const std::string> smiles) const {
  std::vector<float> found(smiles.size(), std::numeric_limits<float>::quiet_NaN());
  std::vector<std::vector<Token>> texts;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    auto tokens = decoder_.vocabulary().tokens(smiles[i]);
    if (!tokens || tokens->size() > decoder_.most_tokens()) continue;
    texts.push_back(std::move(*tokens));
    places.push_back(i);
  }
  const auto sums = decoder_.log_likelihoods(input, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    found[places[i]] = static_cast<float>(sums[i] / static_cast<double>(texts[i].size() + 1));
  }
  return found;
}

std::vector<double> shares_of(std::span<const WrittenMolecule> molecules) {
  std::vector<double> shares;
  double sum = 0;
  for (const auto& one : molecules) {
    shares.push_back(std::exp(one.log_probability - molecules.front().log_probability));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace specbridge
