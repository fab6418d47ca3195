#include "specbridge/train_settings.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "specbridge/error.h"
#include "store/line_reader.h"
#include "train/setting_list.h"

namespace specbridge {
namespace {

/// Why a key that others have is none of an objective, where that is not plain.
std::string_view why_no_key(std::string_view key, TrainingObjective objective) {
  if (key != "members" || objective != TrainingObjective::generate) return {};
  return ": members have one vector by their mean, texts have none; train decoders of other seeds "
         "as models of their own";
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
      throw UsageError(fmt::format("{}: \"{}\" is no key of the objective {}{}; leave it out",
                                   where, key, to_string(settings.objective),
                                   why_no_key(key, settings.objective)));
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

void check_generation(const GenerationSettings& g, const Checks& check) {
  check.not_negative("language_epochs", g.language_epochs);
  check.share("language_respelled", g.language_respelled);
  check.share("respelled", g.respelled);
  check.demand(g.candidates <= 10'000, "candidates", g.candidates,
               "a whole number from 0 to 10000");
  check.not_negative("candidate_ppm", g.candidate_ppm);
  check.share("truth_dropped", g.truth_dropped);
  check.share("candidates_dropped", g.candidates_dropped);
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
  check.not_negative("infonce_dual_weight", s.infonce_dual_weight);
  check.positive("infonce_dual_temperature", s.infonce_dual_temperature);
  check.demand(s.infonce_dual_copies >= 1 && s.infonce_dual_copies <= 1000, "infonce_dual_copies",
               s.infonce_dual_copies, "a whole number from 1 to 1000");
  check.positive("infonce_dual_jitter", s.infonce_dual_jitter);
  check.not_negative("decoy_weight", s.decoy_weight);
  check.positive("decoy_temperature", s.decoy_temperature);
  check.size("decoys", s.decoys);
  const double all = s.distance_weight + s.contrastive_weight + s.infonce_weight +
                     s.infonce_dual_weight + s.decoy_weight;
  check.demand(s.objective != TrainingObjective::bridge || all > 0, "distance_weight",
               s.distance_weight,
               "a number above 0, or one of contrastive_weight, infonce_weight, "
               "infonce_dual_weight and decoy_weight above 0");
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

void check_word_rules(const WordSettings& w, const Checks& check) {
  check.demand(w.mz_decimals <= 6, "mz_decimals", w.mz_decimals, "a whole number from 0 to 6");
  check.demand(w.unit_mass == "round" || w.unit_mass == "truncate", "unit_mass", w.unit_mass,
               "round or truncate");
  check.below_one("noise_floor", w.noise_floor);
  check.size("most_peaks", w.most_peaks);
  check.not_negative("loss_from", w.loss_from);
  check.not_negative("loss_to", w.loss_to);
  check.size("least_spectra", w.least_spectra);
  check.not_negative("intensity_power", w.intensity_power);
  check.share("unknown_share", w.unknown_share);
}

void check_words(const TrainSettings& s, const Checks& check) {
  const WordSettings& w = s.words;
  check_word_rules(w, check);
  check.demand(w.negatives >= 1 && w.negatives <= 1000, "negatives", w.negatives,
               "a whole number from 1 to 1000");
  check.not_negative("negative_power", w.negative_power);
  check.not_negative("subsampling", w.subsampling);
  check.not_negative("learning_rate_decay", w.learning_rate_decay);
  const double last = s.learning_rate - w.learning_rate_decay * s.epochs;
  check.demand(s.objective != TrainingObjective::spec2vec || last >= 0, "learning_rate_decay",
               w.learning_rate_decay, "at most learning_rate / epochs");
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
  settings.objective = objective;
  if (objective == TrainingObjective::bridge) return settings;
  if (objective == TrainingObjective::generate || objective == TrainingObjective::masked_tokens) {
    settings.learning_rate = 5e-4;
    settings.weight_decay = 0.01;
    settings.dropout = 0.1;
    settings.batch = 64;
    settings.epochs = 20;
    return settings;
  }
  if (objective == TrainingObjective::spec2vec) {
    settings.vector_dim = 300;
    settings.learning_rate = 0.025;
    settings.epochs = 15;
    return settings;
  }
  settings.shape.mapper_blocks = 0;
  settings.trainable_blocks = "all";
  settings.keep_best_by = "recall@1";
  return settings;
}

void choose_infonce_dual(TrainSettings& settings) {
  settings.distance_weight = 0;
  if (settings.infonce_dual_weight == 0) settings.infonce_dual_weight = 1;
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
  check_generation(s.generation, check);
  check_words(s, check);
  check.demand(s.masked_share > 0 && s.masked_share < 1, "masked_share", s.masked_share,
               "a number above 0 and below 1");
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
  if (settings.objective != TrainingObjective::bridge)
    json["objective"] = to_string(settings.objective);
  return pretty(json);
}

std::vector<SettingText> setting_texts() {
  constexpr std::array kObjectives = {TrainingObjective::bridge, TrainingObjective::similarity,
                                      TrainingObjective::generate, TrainingObjective::spec2vec,
                                      TrainingObjective::masked_tokens};
  std::vector<SettingText> texts;
  const TrainSettings defaults;
  for_each_field(defaults, [&](const char* key, const auto& value, const char* meaning, Has has) {
    SettingText text{key, Json(value).dump(), meaning, {}};
    for (const auto objective : kObjectives) {
      if (has != Has::all && is_of(objective, has)) text.objectives.push_back(objective);
    }
    texts.push_back(std::move(text));
  });
  return texts;
}

}  // namespace specbridge
