#include "encode/words/word_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/json.h"
#include "base/parallel.h"
#include "base/text.h"
#include "encode/encoder_manifest.h"
#include "ms/preprocess.h"
#include "specbridge/error.h"
#include "store/file.h"
#include "store/line_reader.h"
#include "store/manifest.h"
#include "store/safetensors.h"
#include "store/staging.h"

namespace specbridge {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWordsFile = "words.tsv";
constexpr const char* kVectorsFile = "words.safetensors";
constexpr const char* kVectorsTensor = "vectors";
constexpr const char* kWordsHeader = "word\tspectra";
/// Numbers of words stand in float32.
constexpr std::size_t kMostWords = std::size_t{1} << 24;

Json rules_json(const WordRules& rules, double unknown_share) {
  return {{"kind", "words"},
          {"decimals", rules.decimals},
          {"unit_mass", std::string(to_string(rules.unit_mass))},
          {"noise_floor", rules.noise_floor},
          {"peaks", rules.peaks},
          {"loss_from", rules.loss_from},
          {"loss_to", rules.loss_to},
          {"intensity_power", rules.intensity_power},
          {"unknown_share", unknown_share}};
}

std::string fingerprint_of(const Json& input, std::string_view words, std::string_view vectors) {
  return sha256(fmt::format("spec2vec\n{}\n{}\n{}", input.dump(), words, vectors));
}

[[noreturn]] void refuse_table(const fs::path& file, std::string_view why) {
  throw ArtifactError(fmt::format("{}: {}; train the model again", file.string(), why));
}

void read_rules(const Manifest& manifest, WordTable& table) {
  WordRules& rules = table.rules;
  const auto number = [&](const char* key) {
    return manifest_value<double>(manifest, {"input", key});
  };
  const auto unit_mass = manifest_value<std::string>(manifest, {"input", "unit_mass"});
  if (unit_mass != "round" && unit_mass != "truncate") {
    refuse_table(manifest.dir() / "manifest.json",
                 fmt::format("\"input.unit_mass\" is \"{}\", expected round or truncate",
                             one_line(unit_mass, 60)));
  }
  rules.unit_mass = parse_unit_mass(unit_mass);
  rules.decimals = manifest_value<std::size_t>(manifest, {"input", "decimals"});
  rules.peaks = manifest_value<std::size_t>(manifest, {"input", "peaks"});
  rules.noise_floor = number("noise_floor");
  rules.loss_from = number("loss_from");
  rules.loss_to = number("loss_to");
  rules.intensity_power = number("intensity_power");
  table.unknown_share = number("unknown_share");
}

CountedWord word_in(const LineReader& lines, std::string_view line) {
  const auto cells = split(line, '\t');
  const auto count = cells.size() == 2 ? parse_integer(cells[1]) : std::nullopt;
  if (count && *count >= 1 && !cells[0].empty()) {
    return {std::string(cells[0]), static_cast<std::uint64_t>(*count)};
  }
  refuse_table(fmt::format("{}:{}", lines.name(), lines.line()),
               fmt::format("found \"{}\", expected a word and how many spectra have it",
                           one_line(line, 60)));
}

std::vector<CountedWord> read_words(const fs::path& file) {
  try {
    LineReader lines(file);
    const auto header = lines.next();
    if (!header || *header != kWordsHeader) {
      refuse_table(file, "does not begin with the columns word and spectra");
    }
    std::vector<CountedWord> words;
    while (const auto line = lines.next()) words.push_back(word_in(lines, *line));
    return words;
  } catch (const InputError& error) {
    throw ArtifactError(error.what());
  }
}

Matrix read_vectors(const fs::path& file, std::size_t words, std::size_t dim) {
  auto tensors = read_safetensors(file);
  const auto found = tensors.find(kVectorsTensor);
  const std::vector<std::int64_t> expected = {static_cast<std::int64_t>(words),
                                              static_cast<std::int64_t>(dim)};
  if (tensors.size() != 1 || found == tensors.end() || found->second.shape != expected) {
    refuse_table(file,
                 fmt::format("expected one tensor \"{}\" of [{}, {}]", kVectorsTensor, words, dim));
  }
  Matrix vectors(words, dim);
  std::ranges::copy(found->second.values, vectors.values().begin());
  return vectors;
}

WordTable read_table_of(const Manifest& manifest) {
  WordTable table;
  read_rules(manifest, table);
  table.words = read_words(manifest.dir() / kWordsFile);
  table.vectors =
      read_vectors(manifest.dir() / kVectorsFile, table.words.size(), manifest.number("dim"));
  return table;
}

class WordEncoder final : public SpectrumEncoder {
 public:
  WordEncoder(WordTable table, std::string fingerprint, const fs::path& file)
      : table_(std::move(table)), fingerprint_(std::move(fingerprint)) {
    for (std::size_t row = 0; row < table_.words.size(); ++row) {
      if (rows_.emplace(table_.words[row].text, row).second) continue;
      refuse_table(file, fmt::format("has the word \"{}\" twice", table_.words[row].text));
    }
  }

  std::size_t dim() const noexcept override { return table_.vectors.cols(); }
  const std::string& fingerprint() const noexcept override { return fingerprint_; }
  std::optional<Refusal> refusal(const Spectrum& spectrum) const override;
  PeakRows clean(const Spectrum& spectrum) const override;
  Matrix encode(std::span<const PeakRows> spectra, std::size_t threads,
                std::size_t in_flight) const override;

 private:
  std::optional<Refusal> refusal_of(const std::vector<Word>& words) const;
  void encode_one(const PeakRows& spectrum, std::span<float> vector) const;

  WordTable table_;
  std::string fingerprint_;
  std::unordered_map<std::string, std::size_t> rows_;  ///< of the words
};

std::optional<Refusal> WordEncoder::refusal_of(const std::vector<Word>& words) const {
  double all = 0, unknown = 0;
  std::size_t unknown_words = 0;
  for (const Word& word : words) {
    all += word.weight;
    if (rows_.contains(word.text)) continue;
    unknown += word.weight;
    ++unknown_words;
  }
  if (unknown_words < words.size() && unknown <= table_.unknown_share * all) return {};
  return Refusal{
      Status::bad_record,
      fmt::format("{} of its {} are unknown to the model, {:.0f} % by weight, of which it may have "
                  "{:.0f} % (unknown_share of its training)",
                  with_thousands(unknown_words), counted(words.size(), "word"),
                  all > 0 ? 100 * unknown / all : 100, 100 * table_.unknown_share)};
}

std::optional<Refusal> WordEncoder::refusal(const Spectrum& spectrum) const {
  if (auto why = refusal_of_reference(spectrum)) return why;
  return refusal_of(words_of(spectrum, table_.rules));
}

PeakRows WordEncoder::clean(const Spectrum& spectrum) const {
  const auto words = words_of(spectrum, table_.rules);
  auto why = refusal_of_reference(spectrum);
  if (!why) why = refusal_of(words);
  if (why) throw std::invalid_argument(fmt::format("{}: {}", spectrum.id, why->message));
  PeakRows cleaned;
  cleaned.rows = {0, static_cast<float>(PreprocessProfile().precursor_intensity)};
  for (const Word& word : words) {
    const auto row = rows_.find(word.text);
    if (row == rows_.end()) continue;
    cleaned.rows.push_back(static_cast<float>(row->second));
    cleaned.rows.push_back(static_cast<float>(word.weight));
  }
  return cleaned;
}

void WordEncoder::encode_one(const PeakRows& spectrum, std::span<float> vector) const {
  std::vector<double> sums(vector.size(), 0.0);
  double weights = 0;
  for (std::size_t i = 2; i + 1 < spectrum.rows.size(); i += 2) {
    const auto word = table_.vectors.row(static_cast<std::size_t>(spectrum.rows[i]));
    const double weight = spectrum.rows[i + 1];
    weights += weight;
    for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += weight * word[c];
  }
  if (weights <= 0) return;
  std::ranges::transform(sums, vector.begin(),
                         [&](double sum) { return static_cast<float>(sum / weights); });
}

Matrix WordEncoder::encode(std::span<const PeakRows> spectra, std::size_t threads,
                           std::size_t /*in_flight*/) const {
  Matrix vectors(spectra.size(), dim());
  parallel_for(spectra.size(), threads,
               [&](std::size_t i) { encode_one(spectra[i], vectors.row(i)); });
  return vectors;
}

}  // namespace

void write_word_encoder(const fs::path& dir, const WordTable& table) {
  if (table.words.size() != table.vectors.rows()) {
    throw std::invalid_argument("write_word_encoder: words without vectors, or the reverse");
  }
  if (table.words.size() > kMostWords) {
    throw OutputError(
        fmt::format("{}: {} are too many for one encoder, {} is the most; train with "
                    "fewer decimals or a higher least_spectra",
                    dir.string(), counted(table.words.size(), "word"), with_thousands(kMostWords)));
  }
  std::string words = std::string(kWordsHeader) + "\n";
  for (const CountedWord& word : table.words)
    words += fmt::format("{}\t{}\n", word.text, word.spectra);
  write_file(dir / kWordsFile, words);
  const auto values = table.vectors.values();
  write_safetensors(dir / kVectorsFile, {{kVectorsTensor,
                                          {static_cast<std::int64_t>(table.vectors.rows()),
                                           static_cast<std::int64_t>(table.vectors.cols())},
                                          {values.begin(), values.end()}}});
  Manifest manifest = Manifest::make("spectrum-encoder");
  Json& json = manifest.json();
  json["architecture"] = "spec2vec";
  json["dim"] = table.vectors.cols();
  json["words"] = table.words.size();
  json["input"] = rules_json(table.rules, table.unknown_share);
  json["fingerprint"] = fingerprint_of(json["input"], sha256_of_file(dir / kWordsFile),
                                       sha256_of_file(dir / kVectorsFile));
  manifest.write(dir);
}

std::unique_ptr<SpectrumEncoder> load_word_encoder(const fs::path& dir) {
  const Manifest manifest = Manifest::open(dir, "spectrum-encoder");
  manifest.verify_checksums();
  WordTable table = read_table_of(manifest);
  const std::string fingerprint =
      fingerprint_of(rules_json(table.rules, table.unknown_share),
                     manifest.listed_sha256(kWordsFile), manifest.listed_sha256(kVectorsFile));
  if (fingerprint != manifest.text("fingerprint")) {
    refuse_table(dir / "manifest.json", "states other rules or files than its fingerprint is of");
  }
  return std::make_unique<WordEncoder>(std::move(table), fingerprint, dir / kWordsFile);
}

}  // namespace specbridge
