#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "decode/decoder.h"
#include "decode/sequence_rule.h"
#include "decode/written_molecules.h"
#include "encode/molecule_encoder.h"
#include "index/row_set.h"
#include "index/row_store.h"
#include "library/molecule_store.h"
#include "ms/preprocess.h"
#include "ranking/structures.h"
#include "specbridge/context.h"
#include "specbridge/generation_fit.h"
#include "specbridge/search_report.h"
#include "specbridge/searcher.h"

namespace specbridge {

/// A spectrum as a query shows it, and its candidates.
struct ToldQuery {
  std::span<const float> vector;  ///< as the model sees it
  const PeakRows* peaks = nullptr;
  const RowSet* candidates = nullptr;        ///< nullptr: none
  const RowStore* rows = nullptr;            ///< vectors of these
  const MoleculeStore* molecules = nullptr;  ///< these, where `untold` is one of them
  std::optional<StructureKey> untold = {};   ///< the decoder is not told of it,
  std::size_t first_untold = std::numeric_limits<std::size_t>::max();  ///< nor of rows from here on
};

/// The decoder of a model at work. Thread-safe.
class Generator {
 public:
  /// @param dir of the model @param fit what its manifest says of the decoder @param encoder of
  /// molecules; nullptr where generated ones are compared by fingerprints
  /// @throws ArtifactError, ResourceError
  static std::shared_ptr<const Generator> open(const std::filesystem::path& dir,
                                               const GenerationFit& fit,
                                               const GenerationSources& asked,
                                               std::shared_ptr<const MoleculeEncoder> encoder,
                                               const RunContext& context);
  Generator(Decoder decoder, std::size_t candidates, const GenerationSources& asked,
            std::shared_ptr<const MoleculeEncoder> encoder);

  const GenerationSources& asked() const noexcept { return asked_; }
  const MoleculeEncoder* encoder() const noexcept { return encoder_.get(); }
  /// What it has written so far.
  WritingCounts counts() const noexcept { return {texts_, invalid_}; }
  const SmilesVocabulary& vocabulary() const noexcept { return decoder_.vocabulary(); }

  /// What the decoder is told: of the candidates the nearest, as many as it was trained with.
  DecoderInput told(const ToldQuery& query) const;
  /// The texts of a beam search as molecules; what is no molecule is counted, never repaired.
  /// @param rule of what may be written; nullptr: anything
  WrittenMolecules write(const DecoderInput& input, std::size_t beams,
                         const SequenceRule* rule = nullptr) const;
  /// How likely the decoder finds texts: nats a word, their ends counted. Not a number where it
  /// cannot write a text.
  std::vector<float> likelihoods(const DecoderInput& input,
                                 std::span<const std::string> smiles) const;

 private:
  Decoder decoder_;
  std::size_t candidates_;
  GenerationSources asked_;
  std::shared_ptr<const MoleculeEncoder> encoder_;
  mutable std::atomic<std::size_t> texts_ = 0, invalid_ = 0;
};

/// Shares of 1 that molecules have by their likelihood among each other.
std::vector<double> shares_of(std::span<const WrittenMolecule> molecules);

}  // namespace specbridge
