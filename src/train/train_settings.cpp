#include "specbridge/train_settings.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "specbridge/error.h"
#include "store/line_reader.h"

namespace specbridge {
namespace {

/// Which objectives have a key.
enum class Has { both, bridge, similarity };

/// The network and its optimiser.
template <typename Settings, typename Visit>
void for_each_of_network(Settings& s, Visit&& visit) {
  visit("head_hidden", s.shape.head_hidden, "width of the head's hidden layer");
  visit("head_out", s.shape.head_out, "numbers that the head hands to the mapper");
  visit("mapper_blocks", s.shape.mapper_blocks, "residual blocks of the mapper, 0 or more");
  visit("mapper_hidden", s.shape.mapper_hidden,
        "width of the hidden layer of each of these blocks");
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
        "last blocks of the spectrum encoder that train, from 0; or all");
  visit("learning_rate", s.learning_rate, "of AdamW, at its highest");
  visit("encoder_learning_rate_factor", s.encoder_learning_rate_factor,
        "factor on the rate for the encoder's own parameters");
  visit("weight_decay", s.weight_decay, "decoupled, on every parameter");
  visit("beta1", s.beta1, "decay of AdamW's mean of gradients");
  visit("beta2", s.beta2, "decay of AdamW's mean of squared gradients");
  visit("clip_norm", s.clip_norm, "longest gradient, as a whole; 0: any");
  visit("warmup_fraction", s.warmup_fraction,
        "share of all steps in which the rate rises; used where warmup_steps is 0");
  visit("warmup_steps", s.warmup_steps,
        "steps in which the rate rises; 0: as warmup_fraction says");
  visit("schedule", s.schedule, "rate after the warm-up: cosine (down to zero) or constant");
}

/// The terms of the loss, and what the objective similarity adds to them.
template <typename Settings, typename Visit>
void for_each_of_objective(Settings& s, Visit&& visit) {
  visit("orthogonality_weight", s.orthogonality_weight,
        "of the term that keeps the mapper's W near a rotation");
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
  visit("decoy_weight", s.decoy_weight,
        "of the cross-entropy over a molecule and its isomers in --decoys; 0: off", Has::bridge);
  visit("decoy_temperature", s.decoy_temperature, "by which cosines are divided in that term",
        Has::bridge);
  visit(
      "decoys", s.decoys,
      "isomers of a molecule in that term at most; at first those least like it, in the end those "
      "most like it",
      Has::bridge);
  visit("vector_dim", s.vector_dim, "numbers of a spectrum's vector", Has::similarity);
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
  visit("labels", s.labels, "stated; or shuffled: molecules permuted among the spectra, a control",
        Has::similarity);
}

/// What a step is shown, and what is kept.
template <typename Settings, typename Visit>
void for_each_of_run(Settings& s, Visit&& visit) {
  visit("dropout", s.dropout, "in the trainable blocks of the encoder, from 0, below 1");
  visit("batch", s.batch, "spectra of a step");
  visit("epochs", s.epochs,
        "times that as many spectra are drawn as there are; fractions are allowed");
  visit("max_steps", s.max_steps, "end after so many steps; 0: as epochs say");
  visit("length_window", s.length_window,
        "batches that are sorted by length together, so that little padding is computed");
  visit("molecule_weight_power", s.molecule_weight_power,
        "p of the weight (spectra of the molecule)^-p by which spectra are drawn; 0: alike");
  visit("drop_peak_probability", s.drop_peak_probability,
        "that a small peak is left out, anew in every epoch");
  visit("drop_peak_below", s.drop_peak_below,
        "intensity, relative to the base peak, below which a peak is small");
  visit("intensity_jitter", s.intensity_jitter,
        "sigma of the log-normal factor on every intensity; 0: off");
  visit("mz_jitter_ppm", s.mz_jitter_ppm, "sigma of the normal shift of every m/z; 0: off");
  visit("validations", s.validations, "validations of a run, evenly spread, the last at its end");
  visit("keep_best_by", s.keep_best_by,
        "figure of the validation whose best step is kept: recall@1, recall@5 or mrr");
  visit("patience", s.patience,
        "end after so many validations in a row without a better figure; 0: at the last step");
  visit("members", s.members,
        "trainings that make up the model, each with the next seed; the cosine is the mean of "
        "theirs");
}

/// Calls given(key, field, meaning, has) for every field, in reading order: the one list of what a
/// configuration can say. A field without the last argument is one of both objectives.
template <typename Settings, typename Given>
void for_each_field(Settings& s, Given&& given) {
  const auto visit = [&](const char* key, auto& value, const char* meaning, Has has = Has::both) {
    given(key, value, meaning, has);
  };
  for_each_of_network(s, visit);
  for_each_of_objective(s, visit);
  for_each_of_run(s, visit);
}

bool is_of(TrainingObjective objective, Has has) {
  return has == Has::both ||
         (has == Has::similarity) == (objective == TrainingObjective::similarity);
}

void read_fields(TrainSettings& settings, Json json, const std::string& where) {
  // The number of blocks may be written without quotes.
  if (json.is_object() && json.contains("trainable_blocks") &&
      json["trainable_blocks"].is_number_unsigned()) {
    json["trainable_blocks"] = json["trainable_blocks"].dump();
  }
  JsonFields fields(json, where);
  for_each_field(settings, [&](const char* key, auto& value, const char*, Has has) {
    if (is_of(settings.objective, has)) {
      fields.read(key, value);
    } else if (json.is_object() && json.contains(key)) {
      throw UsageError(fmt::format("{}: \"{}\" is no key of the objective {}; leave it out", where,
                                   key, to_string(settings.objective)));
    }
  });
  std::string description, objective;
  fields.read("description", description);
  fields.read("objective", objective);  // followed before all others
  fields.finish();
}

class Checks {
 public:
  explicit Checks(std::string_view where) : where_(where) {}

  template <typename Number>
  void demand(bool holds, const char* key, const Number& found, const char* expected) const {
    if (holds) return;
    throw UsageError(fmt::format("{}: \"{}\" is {}, expected {}", where_, key, found, expected));
  }
  void positive(const char* key, double value) const {
    demand(value > 0, key, value, "a number above 0");
  }
  void not_negative(const char* key, double value) const {
    demand(value >= 0, key, value, "0 or more");
  }
  void below_one(const char* key, double value) const {
    demand(value >= 0 && value < 1, key, value, "0 or more and below 1");
  }
  void share(const char* key, double value) const {
    demand(value >= 0 && value <= 1, key, value, "a number from 0 to 1");
  }
  /// Beyond this, sizes of tensors would overflow before anything could be said about memory.
  void size(const char* key, std::size_t value) const {
    demand(value >= 1 && value <= 1'000'000, key, value, "a whole number from 1 to 1000000");
  }

 private:
  std::string_view where_;
};

void check_sizes(const TrainSettings& s, const Checks& check) {
  check.size("head_hidden", s.shape.head_hidden);
  check.size("head_out", s.shape.head_out);
  check.size("mapper_hidden", s.shape.mapper_hidden);
  check.demand(s.shape.mapper_blocks <= 1000, "mapper_blocks", s.shape.mapper_blocks,
               "a whole number from 0 to 1000");
  check.size("batch", s.batch);
  check.size("length_window", s.length_window);
  const auto blocks = parse_integer(s.trainable_blocks);
  check.demand(s.trainable_blocks == "all" || (blocks && *blocks >= 0), "trainable_blocks",
               s.trainable_blocks, "a number of blocks, 0 or more, or all");
}

void check_optimizer(const TrainSettings& s, const Checks& check) {
  check.positive("learning_rate", s.learning_rate);
  check.not_negative("encoder_learning_rate_factor", s.encoder_learning_rate_factor);
  check.not_negative("weight_decay", s.weight_decay);
  check.below_one("beta1", s.beta1);
  check.below_one("beta2", s.beta2);
  check.not_negative("clip_norm", s.clip_norm);
  check.share("warmup_fraction", s.warmup_fraction);
  check.demand(s.schedule == "cosine" || s.schedule == "constant", "schedule", s.schedule,
               "cosine or constant");
  check.positive("epochs", s.epochs);
}

void check_keeping(const TrainSettings& s, const Checks& check) {
  check.demand(s.members >= 1 && s.members <= 100, "members", s.members,
               "a whole number from 1 to 100");
  const auto& rule = s.keep_best_by;
  check.demand(rule == "recall@1" || rule == "recall@5" || rule == "mrr", "keep_best_by", rule,
               "recall@1, recall@5 or mrr");
}

void check_bridge(const TrainSettings& s, const Checks& check) {
  check.demand(s.target == "raw" || s.target == "centred" || s.target == "whitened", "target",
               s.target, "raw, centred or whitened");
  check.demand(s.mapper_start == "orthogonal" || s.mapper_start == "xavier" ||
                   s.mapper_start == "procrustes",
               "mapper_start", s.mapper_start, "orthogonal, xavier or procrustes");
  check.not_negative("distance_weight", s.distance_weight);
  check.not_negative("contrastive_weight", s.contrastive_weight);
  check.positive("contrastive_temperature", s.contrastive_temperature);
  check.not_negative("infonce_weight", s.infonce_weight);
  check.positive("infonce_temperature", s.infonce_temperature);
  check.not_negative("decoy_weight", s.decoy_weight);
  check.positive("decoy_temperature", s.decoy_temperature);
  check.size("decoys", s.decoys);
  check.demand(learns_similarity(s) ||
                   s.distance_weight + s.contrastive_weight + s.infonce_weight + s.decoy_weight > 0,
               "distance_weight", s.distance_weight,
               "a number above 0, or one of contrastive_weight, infonce_weight and decoy_weight "
               "above 0");
}

void check_similarity(const TrainSettings& s, const Checks& check) {
  check.size("vector_dim", s.vector_dim);
  check.size("replicates", s.replicates);
  check.size("precursor_run", s.precursor_run);
  check.not_negative("supcon_weight", s.supcon_weight);
  check.positive("supcon_temperature", s.supcon_temperature);
  check.demand(s.supcon_replicates == "any" || s.supcon_replicates == "all", "supcon_replicates",
               s.supcon_replicates, "any or all");
  check.not_negative("triplet_weight", s.triplet_weight);
  check.not_negative("triplet_margin", s.triplet_margin);
  check.not_negative("tanimoto_weight", s.tanimoto_weight);
  check.positive("precursor_ppm", s.precursor_ppm);
  check.demand(s.labels == "stated" || s.labels == "shuffled", "labels", s.labels,
               "stated or shuffled");
  check.demand(!learns_similarity(s) || s.supcon_weight + s.triplet_weight + s.tanimoto_weight > 0,
               "supcon_weight", s.supcon_weight,
               "a number above 0, or one of triplet_weight and tanimoto_weight above 0");
}

/// The objective that a configuration names, if it does.
std::optional<TrainingObjective> objective_in(const Json& json, const std::string& where) {
  if (!json.is_object() || !json.contains("objective")) return {};
  std::string word;
  JsonFields(json, where).read("objective", word);
  return objective_named(word, where + ": \"objective\"");
}

TrainSettings settings_of(const Json& json, std::optional<TrainingObjective> wanted,
                          const std::string& where) {
  const auto named = objective_in(json, where);
  if (named && wanted && *named != *wanted) {
    throw UsageError(fmt::format("{}: \"objective\" is {}, asked for is {}; leave one of them out",
                                 where, to_string(*named), to_string(*wanted)));
  }
  const auto objective = named ? named : wanted;
  TrainSettings settings = default_settings(objective.value_or(TrainingObjective::bridge));
  read_fields(settings, json, where);
  return settings;
}

}  // namespace

bool learns_similarity(const TrainSettings& settings) {
  return settings.objective == TrainingObjective::similarity;
}

TrainSettings default_settings(TrainingObjective objective) {
  TrainSettings settings;
  if (objective == TrainingObjective::bridge) return settings;
  settings.objective = objective;
  settings.shape.mapper_blocks = 0;
  settings.trainable_blocks = "all";
  settings.keep_best_by = "recall@1";
  return settings;
}

TrainSettings read_train_settings(const std::filesystem::path& file,
                                  std::optional<TrainingObjective> objective) {
  TrainSettings settings;
  try {
    settings = settings_of(parse_json(read_text(file), file.string()), objective, file.string());
  } catch (const InputError& error) {
    throw UsageError(error.what());  // a configuration belongs to the command line
  }
  check_settings(settings, file.string());
  return settings;
}

void apply_setting(TrainSettings& settings, std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos || trim(assignment.substr(0, equals)).empty()) {
    throw UsageError(fmt::format("--set: found \"{}\", expected key=value, e.g. learning_rate=3e-5",
                                 one_line(assignment, 80)));
  }
  const std::string_view text = trim(assignment.substr(equals + 1));
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) value = std::string(text);  // words need no quotes
  const std::string key(trim(assignment.substr(0, equals)));
  if (key == "objective") {
    throw UsageError("--set: the objective settles the defaults of others; use --objective");
  }
  Json json;
  json[key] = value;
  read_fields(settings, std::move(json), "--set");
  check_settings(settings, "--set");
}

void check_settings(const TrainSettings& s, std::string_view where) {
  const Checks check(where);
  check_sizes(s, check);
  check_optimizer(s, check);
  check_keeping(s, check);
  check_bridge(s, check);
  check_similarity(s, check);
  check.not_negative("orthogonality_weight", s.orthogonality_weight);
  check.below_one("dropout", s.dropout);
  check.not_negative("molecule_weight_power", s.molecule_weight_power);
  check.share("drop_peak_probability", s.drop_peak_probability);
  check.share("drop_peak_below", s.drop_peak_below);
  check.not_negative("intensity_jitter", s.intensity_jitter);
  check.not_negative("mz_jitter_ppm", s.mz_jitter_ppm);
}

std::string to_json(const TrainSettings& settings) {
  Json json = Json::object();
  for_each_field(settings, [&](const char* key, const auto& value, const char*, Has has) {
    if (is_of(settings.objective, has)) json[key] = value;
  });
  // The bridge's is not written: its models keep the bytes they have always had.
  if (learns_similarity(settings)) json["objective"] = to_string(settings.objective);
  return pretty(json);
}

std::vector<SettingText> setting_texts() {
  std::vector<SettingText> texts;
  const TrainSettings defaults;
  for_each_field(defaults, [&](const char* key, const auto& value, const char* meaning, Has has) {
    std::optional<TrainingObjective> alone;
    if (has == Has::bridge) alone = TrainingObjective::bridge;
    if (has == Has::similarity) alone = TrainingObjective::similarity;
    texts.push_back({key, Json(value).dump(), meaning, alone});
  });
  return texts;
}

}  // namespace specbridge
