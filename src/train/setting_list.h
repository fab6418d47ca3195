#pragma once

#include <cstdint>

#include "specbridge/train_settings.h"

namespace specbridge {

/// Which objectives have a key.
enum class Has : std::uint8_t {
  all,
  networks,       ///< those that train a network: all but spec2vec
  vectors,        ///< those that train a network of spectra's vectors: bridge and similarity
  shown_spectra,  ///< those that show a network spectra: these two and masked-tokens
  molecules,      ///< those that know molecules and train a network: all but the two below
  spectra,        ///< those that know spectra alone: similarity and spec2vec
  bridge,
  similarity,
  generate,
  spec2vec,
  masked_tokens
};

/// The network and its optimiser.
template <typename Settings, typename Visit>
void for_each_of_network(Settings& s, Visit&& visit) {
  visit("head_hidden", s.shape.head_hidden, "width of the head's hidden layer", Has::vectors);
  visit("head_out", s.shape.head_out, "numbers that the head hands to the mapper", Has::vectors);
  visit("mapper_blocks", s.shape.mapper_blocks, "residual blocks of the mapper, 0 or more",
        Has::vectors);
  visit("mapper_hidden", s.shape.mapper_hidden, "width of the hidden layer of each of these blocks",
        Has::vectors);
  visit("target", s.target,
        "vectors of molecules as the encoder gives them (raw), less the mean of the training "
        "molecules' (centred), or turned and scaled so that these vary alike in all directions "
        "(whitened)",
        Has::bridge);
  visit("mapper_start", s.mapper_start,
        "the mapper's W at the start: orthogonal, xavier (at random) or procrustes (the rotation "
        "that brings spectra nearest to their molecules)",
        Has::bridge);
  visit("trainable_blocks", s.trainable_blocks,
        "last blocks of the spectrum encoder that train, from 0; or all", Has::vectors);
  visit("learning_rate", s.learning_rate,
        "of AdamW, at its highest; of spec2vec, at the start of a plain descent");
  visit("encoder_learning_rate_factor", s.encoder_learning_rate_factor,
        "factor on the rate for the encoder's own parameters", Has::vectors);
  visit("weight_decay", s.weight_decay, "decoupled, on every parameter", Has::networks);
  visit("beta1", s.beta1, "decay of AdamW's mean of gradients", Has::networks);
  visit("beta2", s.beta2, "decay of AdamW's mean of squared gradients", Has::networks);
  visit("clip_norm", s.clip_norm, "longest gradient, as a whole; 0: any", Has::networks);
  visit("warmup_fraction", s.warmup_fraction,
        "share of all steps in which the rate rises; used where warmup_steps is 0", Has::networks);
  visit("warmup_steps", s.warmup_steps, "steps in which the rate rises; 0: as warmup_fraction says",
        Has::networks);
  visit("schedule", s.schedule, "rate after the warm-up: cosine (down to zero) or constant",
        Has::networks);
}

/// The terms of the loss of a bridge.
template <typename Settings, typename Visit>
void for_each_of_bridge(Settings& s, Visit&& visit) {
  visit("orthogonality_weight", s.orthogonality_weight,
        "of the term that keeps the mapper's W near a rotation", Has::vectors);
  visit("distance_weight", s.distance_weight,
        "of the squared distance to the molecule's vector; 0: off", Has::bridge);
  visit("contrastive_weight", s.contrastive_weight,
        "of the cross-entropy over all training molecules; 0: off", Has::bridge);
  visit("contrastive_temperature", s.contrastive_temperature,
        "by which cosines are divided in that term", Has::bridge);
  visit(
      "infonce_weight", s.infonce_weight,
      "of the symmetric cross-entropy within a batch, spectra among molecules and molecules among "
      "spectra; 0: off",
      Has::bridge);
  visit("infonce_temperature", s.infonce_temperature,
        "by which cosines are divided in that term at the start; it trains", Has::bridge);
  visit(
      "infonce_dual_weight", s.infonce_dual_weight,
      "of the cross-entropy of --objective infonce-dual: a spectrum's molecule among those of the "
      "batch, a molecule's spectrum among copies of it with other intensities; 0: off",
      Has::bridge);
  visit("infonce_dual_temperature", s.infonce_dual_temperature,
        "by which cosines are divided in that term at the start", Has::bridge);
  visit("infonce_dual_temperature_trains", s.infonce_dual_temperature_trains,
        "whether that temperature trains along; false: it stays", Has::bridge);
  visit("infonce_dual_copies", s.infonce_dual_copies,
        "copies of each spectrum with other intensities in a step of that term", Has::bridge);
  visit("infonce_dual_jitter", s.infonce_dual_jitter,
        "sigma of the log-normal factor on every intensity of these copies", Has::bridge);
  visit("decoy_weight", s.decoy_weight,
        "of the cross-entropy over a molecule and its isomers in --decoys; 0: off", Has::bridge);
  visit("decoy_temperature", s.decoy_temperature, "by which cosines are divided in that term",
        Has::bridge);
  visit(
      "decoys", s.decoys,
      "isomers of a molecule in that term at most; at first those least like it, in the end those "
      "most like it",
      Has::bridge);
}

/// Those of the objective similarity, and what it adds to them.
template <typename Settings, typename Visit>
void for_each_of_similarity(Settings& s, Visit&& visit) {
  visit("vector_dim", s.vector_dim, "numbers of a spectrum's vector", Has::spectra);
  visit("supcon_weight", s.supcon_weight,
        "of the supervised contrastive loss: spectra of one molecule near, others far; 0: off",
        Has::similarity);
  visit("supcon_temperature", s.supcon_temperature, "by which cosines are divided in that term",
        Has::similarity);
  visit("supcon_replicates", s.supcon_replicates,
        "of a spectrum that have to be near in that term: all, or any (one is enough)",
        Has::similarity);
  visit("triplet_weight", s.triplet_weight,
        "of the triplet loss: a replicate nearer than every other molecule of equal precursor; 0: "
        "off",
        Has::similarity);
  visit("triplet_margin", s.triplet_margin, "of cosines, by which it has to be nearer",
        Has::similarity);
  visit("tanimoto_weight", s.tanimoto_weight,
        "of the squared distance of cosines to the Tanimoto similarities of the molecules; 0: off",
        Has::similarity);
  visit("precursor_ppm", s.precursor_ppm,
        "by which precursors of one ion mode may differ to be taken for equal", Has::similarity);
  visit("replicates", s.replicates, "spectra of a molecule that stand together in a batch",
        Has::similarity);
  visit("precursor_run", s.precursor_run,
        "groups of replicates with neighbouring precursors that stand together in a batch",
        Has::similarity);
  visit("labels", s.labels,
        "stated; or shuffled, a control: molecules (of spec2vec words) permuted among the spectra",
        Has::spectra);
}

/// Vectors of words.
template <typename Settings, typename Visit>
void for_each_of_words(Settings& s, Visit&& visit) {
  auto& w = s.words;
  visit("mz_decimals", w.mz_decimals,
        "decimals of m/z in the words peak@m and loss@m of tandem mass spectra", Has::spec2vec);
  visit("unit_mass", w.unit_mass,
        "how m/z of electron ionisation become the whole numbers of their words: round or truncate",
        Has::spec2vec);
  visit("noise_floor", w.noise_floor, "share of the base peak below which peaks are no words",
        Has::spec2vec);
  visit("most_peaks", w.most_peaks, "most intense peaks of a spectrum that become words at most",
        Has::spec2vec);
  visit("loss_from", w.loss_from,
        "least difference to the precursor m/z that becomes a word, in Da", Has::spec2vec);
  visit("loss_to", w.loss_to, "and the largest; below loss_from: no losses", Has::spec2vec);
  visit("least_spectra", w.least_spectra, "that must have a word for it to get a vector",
        Has::spec2vec);
  visit("intensity_power", w.intensity_power,
        "of a peak's intensity in the weight of its words, by which a spectrum's vector is their "
        "mean",
        Has::spec2vec);
  visit("unknown_share", w.unknown_share,
        "of the weight of a spectrum's words that may lie on words without a vector; a spectrum "
        "with more is refused",
        Has::spec2vec);
  visit("negatives", w.negatives, "words drawn at random that a word is told apart from in a step",
        Has::spec2vec);
  visit("negative_power", w.negative_power,
        "of the number of spectra that have a word, in its probability to be drawn", Has::spec2vec);
  visit("subsampling", w.subsampling,
        "share of all words from which on a word is left out at random, the more often the more "
        "frequent it is; 0: never",
        Has::spec2vec);
  visit("learning_rate_decay", w.learning_rate_decay, "by which learning_rate falls in an epoch",
        Has::spec2vec);
}

/// A decoder that is told of spectra and candidates.
template <typename Settings, typename Visit>
void for_each_of_generation(Settings& s, Visit&& visit) {
  auto& g = s.generation;
  visit("language_epochs", g.language_epochs,
        "first stage: times that the molecules of --library are read, without spectra; 0: none",
        Has::generate);
  visit("language_steps", g.language_steps,
        "end the first stage after so many steps; 0: as language_epochs say", Has::generate);
  visit("language_molecules", g.language_molecules,
        "molecules of --library that are read in it at most, evenly spread; 0: all", Has::generate);
  visit("language_respelled", g.language_respelled,
        "share of them that are read in a random spelling, anew in every epoch; the others in the "
        "canonical one",
        Has::generate);
  visit("respelled", g.respelled, "second stage: the same share of the molecules of spectra",
        Has::generate);
  visit("candidates", g.candidates,
        "molecules that the decoder is told of, nearest to a spectrum as the model sees it, at "
        "most; search tells as many",
        Has::generate);
  visit("candidate_ppm", g.candidate_ppm,
        "by which their masses may differ from the molecule's; 0: by any", Has::generate);
  visit("truth_dropped", g.truth_dropped,
        "share of spectra whose own molecule is no candidate, so that copying one is not enough",
        Has::generate);
  visit("candidates_dropped", g.candidates_dropped,
        "share of spectra that are told without any candidate", Has::generate);
}

/// An encoder that reads texts and tells hidden tokens.
template <typename Settings, typename Visit>
void for_each_of_masks(Settings& s, Visit&& visit) {
  visit("masked_share", s.masked_share,
        "of a text's tokens that are hidden, anew in every epoch, and told from the others",
        Has::masked_tokens);
}

/// What a step is shown, and what is kept.
template <typename Settings, typename Visit>
void for_each_of_run(Settings& s, Visit&& visit) {
  visit("dropout", s.dropout,
        "in the trainable blocks of the encoder, or in the decoder, from 0, below 1",
        Has::networks);
  visit("batch", s.batch, "spectra of a step, or texts", Has::networks);
  visit("epochs", s.epochs,
        "times that as many spectra are drawn as there are; fractions are allowed");
  visit("max_steps", s.max_steps, "end after so many steps; 0: as epochs say", Has::networks);
  visit("length_window", s.length_window,
        "batches that are sorted by length together, so that little padding is computed",
        Has::networks);
  visit("molecule_weight_power", s.molecule_weight_power,
        "p of the weight (spectra of the molecule)^-p by which spectra are drawn; 0: alike",
        Has::molecules);
  visit("drop_peak_probability", s.drop_peak_probability,
        "that a small peak is left out, anew in every epoch", Has::shown_spectra);
  visit("drop_peak_below", s.drop_peak_below,
        "intensity, relative to the base peak, below which a peak is small", Has::shown_spectra);
  visit("intensity_jitter", s.intensity_jitter,
        "sigma of the log-normal factor on every intensity; 0: off", Has::shown_spectra);
  visit("mz_jitter_ppm", s.mz_jitter_ppm, "sigma of the normal shift of every m/z; 0: off",
        Has::vectors);
  visit("validations", s.validations, "validations of a run, evenly spread, the last at its end",
        Has::networks);
  visit("keep_best_by", s.keep_best_by,
        "figure of the validation whose best step is kept: recall@1, recall@5 or mrr",
        Has::vectors);
  visit("patience", s.patience,
        "end after so many validations in a row without a better figure; 0: at the last step",
        Has::networks);
  visit("members", s.members,
        "trainings that make up the model, each with the next seed; the cosine is the mean of "
        "theirs",
        Has::vectors);
}

/// Calls given(key, field, meaning, has) for every field, in reading order: the one list of what a
/// configuration can say. A field without the last argument is one of all objectives.
template <typename Settings, typename Given>
void for_each_field(Settings& s, Given&& given) {
  const auto visit = [&](const char* key, auto& value, const char* meaning, Has has = Has::all) {
    given(key, value, meaning, has);
  };
  for_each_of_network(s, visit);
  for_each_of_bridge(s, visit);
  for_each_of_similarity(s, visit);
  for_each_of_words(s, visit);
  for_each_of_generation(s, visit);
  for_each_of_masks(s, visit);
  for_each_of_run(s, visit);
}

inline bool is_of(TrainingObjective objective, Has has) {
  switch (has) {
    case Has::all:
      return true;
    case Has::networks:
      return objective != TrainingObjective::spec2vec;
    case Has::vectors:
      return objective == TrainingObjective::bridge || objective == TrainingObjective::similarity;
    case Has::shown_spectra:
      return is_of(objective, Has::vectors) || objective == TrainingObjective::masked_tokens;
    case Has::molecules:
      return is_of(objective, Has::vectors) || objective == TrainingObjective::generate;
    case Has::spectra:
      return objective == TrainingObjective::similarity || objective == TrainingObjective::spec2vec;
    case Has::bridge:
      return objective == TrainingObjective::bridge;
    case Has::similarity:
      return objective == TrainingObjective::similarity;
    case Has::generate:
      return objective == TrainingObjective::generate;
    case Has::spec2vec:
      return objective == TrainingObjective::spec2vec;
    case Has::masked_tokens:
      return objective == TrainingObjective::masked_tokens;
  }
  return false;
}

}  // namespace specbridge
