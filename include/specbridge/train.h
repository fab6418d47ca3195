#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specbridge/bridge_shape.h"
#include "specbridge/context.h"
#include "specbridge/existing.h"
#include "specbridge/fragment_fit.h"
#include "specbridge/generation_fit.h"
#include "specbridge/precision.h"
#include "specbridge/ranks.h"
#include "specbridge/spectra_origin.h"
#include "specbridge/spectrum_reader.h"
#include "specbridge/train_settings.h"
#include "specbridge/training_result.h"

namespace specbridge {

/// What to do when validation structures are in the training spectra too.
enum class Overlap { tell, refuse };

/// What `specbridge train` is asked for.
struct TrainConfig {
  std::vector<std::filesystem::path> spectra;
  std::vector<std::filesystem::path> validation;
  std::optional<SpectrumFormat> format;  ///< of both; absent: told by content
  std::optional<std::filesystem::path> validation_candidates;
  /// Kinds of evidence that the model is to have: "cosine", which every model has, and "fragments";
  /// empty: fragments where there are decoys.
  std::vector<std::string> evidence = {};
  /// Molecule lists whose isomers of training molecules the fragment score is fitted against;
  /// where they have too few, or there is no list, isomers are made by edits.
  std::vector<std::filesystem::path> decoys;
  /// Of a bridge, of similarity and of hidden tokens, which train it itself; none of spec2vec.
  std::filesystem::path spectrum_encoder;
  std::filesystem::path out;
  /// Of the objective generate, which needs all three and neither of the encoders: the model that
  /// gains a decoder, the decoder that training begins with, and the library whose spellings are
  /// learned and among whose molecules candidates are.
  std::optional<std::filesystem::path> model = {}, decoder = {}, library = {};
  /// Of the objective bridge, which needs it; a model of similarity knows no molecules, and refuses
  /// it with validation_candidates, evidence and decoys.
  std::optional<std::filesystem::path> molecule_encoder;
  TrainSettings settings;
  Precision precision = Precision::float32;
  Overlap overlap = Overlap::tell;
  std::string description, data_licence;  ///< of the spectra, for the users of the model
  SpectraOrigin origin = SpectraOrigin::not_stated;
  Existing existing = Existing::refuse;
  /// When the state of the training is kept, from which a run that is resumed goes on: after so
  /// many steps and so many minutes; 0: not for that reason. Neither changes what is trained.
  std::size_t checkpoint_steps = 0;
  double checkpoint_minutes = 10;
  bool resume = false;  ///< go on with what an interrupted run left
  bool finish = false;  ///< take no further step: make a model of what an interrupted run left
  /// Nothing: this process trains alone. Of several, each is called with the same configuration;
  /// that of rank 0 reads, validates and writes, the others compute their shares of each step.
  std::optional<Ranks> ranks = {};
};

/// Of vectors of words.
struct WordFit {
  std::size_t words = 0;        ///< that have a vector
  std::size_t left_out = 0;     ///< that too few spectra have
  std::size_t occurrences = 0;  ///< of the words with a vector, in all spectra
};

/// Of rank 0; the others only know that the training came to its end.
struct TrainReport {
  std::size_t spectra = 0, molecules = 0, overlap = 0;
  std::size_t validation_spectra = 0;  ///< of similarity: those whose molecule has another one
  /// Validation spectra whose pool holds their truth; of similarity: those with a replicate of
  /// equal precursor.
  std::size_t truths_in_pools = 0;
  std::map<std::string, std::size_t> skipped;   ///< training and validation records, by reason
  std::optional<FragmentFit> fragments;         ///< where it was fitted
  std::optional<GenerationFit> generation;      ///< of a decoder
  std::optional<WordFit> words = {};            ///< of spec2vec
  TrainingResult training;                      ///< of the first member
  std::vector<TrainingResult> further_members;  ///< where there are several
};

/// The counts as JSON text.
std::string to_json(const TrainReport& report);

/// Trains and writes a model directory; of hidden tokens, that of an encoder. What is done of a run
/// that is interrupted, killed or meets a full disk lies in `OUT.building`; the run that goes on
/// with it writes the same bytes. Where one of several processes ends otherwise, all do.
/// @throws UsageError, InputError, ArtifactError, OutputError, ResourceError, Interrupted
TrainReport run_train(const TrainConfig& config, const RunContext& context);

}  // namespace specbridge
