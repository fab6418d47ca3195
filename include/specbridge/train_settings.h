#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specbridge/bridge_shape.h"
#include "specbridge/training_objective.h"

namespace specbridge {

/// Of a decoder that is trained to write molecules.
struct GenerationSettings {
  double language_epochs = 1;                  ///< of the first stage, which knows molecules alone
  std::size_t language_steps = 0;              ///< of it at most; 0: as epochs say
  std::size_t language_molecules = 1'000'000;  ///< that it reads at most; 0: all of the library
  double language_respelled = 0.5;             ///< share of its texts in a random spelling
  double respelled = 0;                        ///< the same where spectra are told of
  std::size_t candidates = 40;      ///< nearest molecules that the decoder is told of at most
  double candidate_ppm = 0;         ///< by which masses of these differ at most; 0: any
  double truth_dropped = 0.5;       ///< share of spectra whose own molecule is no candidate
  double candidates_dropped = 0.1;  ///< share of spectra that are told without candidates
};

/// Of vectors of words, see WordLearner and WordRules. Defaults are those of Spec2Vec.
struct WordSettings {
  std::size_t mz_decimals = 2;      ///< of m/z in the words of tandem mass spectra
  std::string unit_mass = "round";  ///< how m/z of electron ionisation become words: or "truncate"
  double noise_floor = 0.001;       ///< share of the base peak below which peaks are no words
  std::size_t most_peaks = 500;     ///< of a spectrum that become words
  double loss_from = 5, loss_to = 200;  ///< Da, of losses that become words
  std::size_t least_spectra = 1;        ///< that have a word which gets a vector
  double intensity_power = 0.5;         ///< of a peak in the weight of its word
  double unknown_share = 0.1;           ///< of a spectrum's weight that may be on unknown words
  std::size_t negatives = 5;            ///< words that a word is told apart from in a step
  double negative_power = 0.75;         ///< of the count, by which they are drawn
  double subsampling = 1e-3;            ///< share of a word above which it is left out at random
  double learning_rate_decay = 2.5e-4;  ///< by which the rate falls in an epoch
};

/// Numbers of training. Defaults are the paper's; configs/ holds other recipes. In a configuration
/// file every field is a key of one JSON object under its own name, the fields of `shape`, `words`
/// and `generation` included; the key "description" is free text. What the fields mean is said in
/// words by setting_texts().
struct TrainSettings {
  TrainingObjective objective = TrainingObjective::bridge;
  BridgeShape shape;
  std::string trainable_blocks = "2";  ///< last N blocks of the spectrum encoder: "0" ... or "all"
  double learning_rate = 1e-4;
  double encoder_learning_rate_factor = 1;  ///< factor on the rate for the encoder's own parameters
  double weight_decay = 1e-4;               ///< decoupled, on every parameter
  double beta1 = 0.9, beta2 = 0.999;
  double clip_norm = 1;           ///< of the whole gradient; 0: off
  double warmup_fraction = 0.05;  ///< of all steps, unless warmup_steps is set
  std::size_t warmup_steps = 0;
  std::string schedule = "cosine";     ///< after warm-up: "cosine" to zero or "constant"
  double orthogonality_weight = 1e-3;  ///< lambda of lambda * ||W W^T - I||^2_F
  /// How the vectors of molecules are seen: "raw", less the mean of the training molecules'
  /// ("centred"), or turned and scaled so that theirs vary alike in all directions ("whitened"). A
  /// key of the objective "bridge" alone, as all up to `decoys`.
  std::string target = "raw";
  /// The mapper's W at the start: rows "orthogonal" or drawn at random ("xavier"), or the rotation
  /// that brings the first spectra nearest to their molecules ("procrustes").
  std::string mapper_start = "orthogonal";
  double distance_weight = 1;     ///< of the squared distance to the molecule's vector
  double contrastive_weight = 0;  ///< of a softmax over all training molecules
  double contrastive_temperature = 0.1;
  double infonce_weight = 0;          ///< of a symmetric softmax within the batch
  double infonce_temperature = 0.07;  ///< at the start: it trains
  /// Of a two-way softmax: a spectrum's molecule among those of the batch, and a molecule's
  /// spectrum among copies of that spectrum with other intensities.
  double infonce_dual_weight = 0;
  double infonce_dual_temperature = 0.07;
  bool infonce_dual_temperature_trains = true;  ///< false: it stays as it is
  std::size_t infonce_dual_copies = 4;          ///< of a spectrum in a step
  double infonce_dual_jitter = 1;  ///< log-normal sigma of the factor on each of their intensities
  double decoy_weight = 0;         ///< of a softmax over the molecule and isomers of it
  double decoy_temperature = 0.1;
  std::size_t decoys = 128;  ///< isomers of a molecule that a step is shown at most
  /// Numbers of a vector; with all up to `labels` a key of the objective "similarity" alone, but
  /// for itself and `labels`, which "spec2vec" has, too.
  std::size_t vector_dim = 256;
  double supcon_weight = 1;  ///< of the supervised contrastive loss
  double supcon_temperature = 0.1;
  std::string supcon_replicates = "all";  ///< of a spectrum that have to be near: "any" or "all"
  double triplet_weight = 1;              ///< of the hinge against spectra of equal precursor
  double triplet_margin = 0.1;
  double tanimoto_weight = 1;     ///< of the regression of cosines to Tanimoto similarities
  double precursor_ppm = 10;      ///< by which precursors of one ion mode differ and are one
  std::size_t replicates = 4;     ///< spectra of a molecule that stand together in a batch
  std::size_t precursor_run = 8;  ///< molecules of neighbouring precursors that stand together
  /// Or "shuffled": molecules, of "spec2vec" words, permuted among the spectra.
  std::string labels = "stated";
  GenerationSettings generation = {};  ///< keys of the objective "generate" alone
  WordSettings words = {};             ///< keys of the objective "spec2vec" alone
  double masked_share = 0.2;           ///< of a text's tokens that are hidden; of "masked-tokens"
  double dropout = 0;                  ///< in the trainable encoder blocks, or in the decoder
  std::size_t batch = 128;
  double epochs = 2;                 ///< fractions are allowed
  std::size_t max_steps = 0;         ///< upper limit; 0: as epochs say
  std::size_t length_window = 16;    ///< batches of one window are sorted by length
  double molecule_weight_power = 0;  ///< sampling weight (spectra of the molecule)^-p; 0.5 balances
  double drop_peak_probability = 0;  ///< for peaks below drop_peak_below
  double drop_peak_below = 0.5;      ///< relative intensity
  double intensity_jitter = 0;       ///< log-normal sigma
  double mz_jitter_ppm = 0;          ///< normal sigma, of every m/z of its own
  std::size_t validations = 4;       ///< times per run, evenly spread, the last at the end
  /// Which step's weights are kept: those of the best validation "recall@1", "recall@5" or "mrr".
  /// Of equal ones the better MRR decides (with "mrr" the better Recall@5), then the earlier step.
  std::string keep_best_by = "recall@5";
  std::size_t patience = 0;  ///< validations in a row without a better one that end it; 0: none do
  /// Trainings of one model, with seeds that follow each other; its vectors are the mean of theirs.
  std::size_t members = 1;
};

/// What holds where nobody says otherwise. Those of "similarity" differ in mapper_blocks (0),
/// trainable_blocks (all) and keep_best_by (recall@1); those of "generate" in learning_rate (5e-4),
/// weight_decay (0.01), dropout (0.1), batch (64) and epochs (20), as do those of "masked-tokens";
/// those of "spec2vec" in vector_dim (300), learning_rate (0.025) and epochs (15).
TrainSettings default_settings(TrainingObjective objective);

/// Reads a configuration file; keys that it does not name keep the defaults of its objective.
/// @param objective what it has to be; nothing: what the file says, else the bridge
/// @throws UsageError for a missing file, bad JSON, an unknown key, an impossible value, a key of
/// another objective, or another objective than asked for
TrainSettings read_train_settings(const std::filesystem::path& file,
                                  std::optional<TrainingObjective> objective = {});

/// Follows one assignment of the command line, "learning_rate=3e-5". The objective, which settles
/// the defaults of others, cannot be assigned.
/// @throws UsageError
void apply_setting(TrainSettings& settings, std::string_view assignment);

/// The objective that --objective infonce-dual stands for: a bridge that is trained by that two-way
/// softmax in place of the squared distance.
inline constexpr std::string_view kInfonceDual = "infonce-dual";
void choose_infonce_dual(TrainSettings& settings);

/// Refuses values that no training can use. What depends on the encoder is checked by train_model.
/// @param where how the message begins, e.g. a file name
/// @throws UsageError
void check_settings(const TrainSettings& settings, std::string_view where);

/// Whether spectra are trained to be near to their replicates, rather than to their molecules.
bool learns_similarity(const TrainSettings& settings);

/// Every field of the objective as JSON text; read_train_settings understands it.
std::string to_json(const TrainSettings& settings);

/// What a configuration can say, for people.
struct SettingText {
  std::string key;
  std::string default_value;  ///< as JSON
  std::string meaning;
  std::vector<TrainingObjective> objectives;  ///< that alone have the key; empty: all have it
};
/// Every field, in reading order, with the defaults of the first objective that has it.
std::vector<SettingText> setting_texts();

}  // namespace specbridge
